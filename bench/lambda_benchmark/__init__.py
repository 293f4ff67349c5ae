"""How fast the local Lambda itself is: ratios against its own floors, in one run.

Not for strategies: `bench.run` compares those.
"""
