"""What makes functions run without being called: queues that are polled for them."""

from sim.event_source.sqs_mapping import SqsMapping
from sim.event_source.sqs_poller import SqsPoller

__all__ = ["SqsMapping", "SqsPoller"]
