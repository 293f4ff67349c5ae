"""AWS's quotas and ElastiCache's node types: the facts that bound what a deployment can take.

Not for enforcing them: each service of `sim` does that with constants of its own, and a test holds
the two together.
"""

from sim.quotas.cache_node import CacheNode, cache_node, cache_nodes
from sim.quotas.quota import CONFIDENCES, Adjustable, Quota
from sim.quotas.quota_list import QuotaList, read_quotas

__all__ = [
    "CONFIDENCES",
    "Adjustable",
    "CacheNode",
    "Quota",
    "QuotaList",
    "cache_node",
    "cache_nodes",
    "read_quotas",
]
