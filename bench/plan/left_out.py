"""What the model leaves out: what to know before a figure of a plan is believed."""

from typing import Final

LEFT_OUT: Final = (
    "Latencies are a profile's: distributions from publications, not measurements of your account."
    " Calls draw them independently of load: S3, DynamoDB and SNS slow down only by refusing, Step"
    " Functions by refusing executions and by delaying transitions over its quota.",
    "The archive's keys are taken to lie under one prefix, with its one rate of PUT requests;"
    " S3 divides prefixes that stay busy, in its own time.",
    "Shards of the cache are pooled: their memory, network and threads count together, as if keys"
    " were dealt without chance. Failover, replication lag and snapshots are not modelled.",
    "A cache node's network above its baseline is not counted on, but for one second's bytes that"
    " may pass at once; a full network delays writes without connections timing out.",
    "A function's own network (a burst, then a trickle for each environment) is not modelled: large"
    " bodies in quick succession through one environment can be slower than here.",
    "A handler that retries a call holds its environment meanwhile; timeouts of functions, of the"
    " API (29 s) and of connections never strike. A search counts a receipt after 29 s as none.",
    "A message that could not be archived or indexed ends there: the pipeline's own path for"
    " failures (ingest_failure, dead-letter queue, redrive) costs and does nothing here.",
    "What the functions compute is this project's own measurement scaled by memory; their memory is"
    " taken to suffice. Idle environments end after ten minutes, which AWS does not promise.",
    "Duplicates, malformed messages and messages above the size limit are not among those sent, and"
    " the account has no other load.",
    "The simulation begins without a warm environment and with an empty cache; all senders share"
    " one API key.",
)
