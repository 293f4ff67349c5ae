"""Bandwidth of ElastiCache nodes: a payload store of large records is bound by it first."""

from typing import Final

NODE_BYTES_PER_S: Final = {
    "cache.t4g.small": 16.0e6,
    "cache.t4g.medium": 32.0e6,
    "cache.m6g.large": 93.8e6,
    "cache.m6g.xlarge": 156.2e6,
    "cache.m6g.2xlarge": 312.5e6,
    "cache.m6g.4xlarge": 625.0e6,
    "cache.m7g.large": 117.1e6,
    "cache.m7g.xlarge": 234.5e6,
    "cache.m7g.2xlarge": 468.8e6,
    "cache.m7g.4xlarge": 937.5e6,
    "cache.r6g.large": 93.8e6,
    "cache.r6g.xlarge": 156.2e6,
    "cache.r6g.2xlarge": 312.5e6,
    "cache.r6g.4xlarge": 625.0e6,
    "cache.r7g.large": 117.1e6,
    "cache.r7g.xlarge": 234.5e6,
    "cache.r7g.2xlarge": 468.8e6,
    "cache.r7g.4xlarge": 937.5e6,
}
"""Baseline bandwidth in each direction; above it a node lives on credits, at best effort. Source:
ElastiCache User Guide, "Supported node types" (0.937 Gbit/s for r7g.large), read in November 2026.
"""
