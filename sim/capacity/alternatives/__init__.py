"""Other places for the first write, as models and prices: S3 Express, MemoryDB, presigned, Kinesis.

None of them is implemented here: each row is what the same simulator says of its blocking path, and
what a month of it costs. Not for the two strategies that are: those are an `Answer`.
"""

from sim.capacity.alternatives.alternative import STATEMENT, Alternative
from sim.capacity.alternatives.rows import alternatives

__all__ = ["STATEMENT", "Alternative", "alternatives"]
