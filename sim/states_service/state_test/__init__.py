"""One state by itself: what a call of TestState says of it, and the mock that stands for its work.

How it is carried out is `statemachine.execution.inspection`.
"""
