"""State machine definitions as files: checked, drawn, run with mocked tasks, and tested.

Not for the language: `statemachine` knows that.
"""
