"""How fast and how large the interpreter and its Step Functions API are, and others beside them.

Not for strategies: `bench.run` compares those.
"""
