"""The limits that an AWS account sets to a deployment, as numbers that a plan can change."""

from dataclasses import dataclass
from typing import Self

from sim.quotas import QuotaList, read_quotas


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What all functions, executions and tables of an account and Region share.

    Attributes
    ----------
    gateway_rate_per_s, gateway_burst
        API Gateway's account-level throttle.
    concurrency, scaling_per_10_s
        Lambda's concurrent executions, and the environments that one function gains in 10 s.
    start_rate_per_s, start_burst
        StartExecution, Standard workflows.
    transition_rate_per_s, transition_burst
        StateTransition, Standard workflows.
    publish_rate_per_s
        SNS Publish, standard topics.
    table_writes_per_s
        Write units a second that the table takes: a new one's, which grows with use.
    prefix_puts_per_s
        PUT requests a second on one partitioned prefix of a bucket.
    prefixes
        Among which the archive's keys are spread evenly.
    idle_expiry_s
        After which Lambda ends an idle environment. It publishes no figure: judgement.
    """

    gateway_rate_per_s: float
    gateway_burst: float
    concurrency: int
    scaling_per_10_s: int
    start_rate_per_s: float
    start_burst: float
    transition_rate_per_s: float
    transition_burst: float
    publish_rate_per_s: float
    table_writes_per_s: float
    prefix_puts_per_s: float
    prefixes: int = 1
    idle_expiry_s: float = 600.0

    @classmethod
    def of(cls, region: str, quotas: QuotaList | None = None) -> Self:
        """Return the limits of an account in a Region: AWS's defaults, unless it has others."""
        known = quotas or read_quotas()

        def value(name: str) -> float:
            return known.value(name, region)

        return cls(
            gateway_rate_per_s=value("api-gateway.rate"),
            gateway_burst=value("api-gateway.burst"),
            concurrency=int(value("lambda.concurrency")),
            scaling_per_10_s=int(value("lambda.scaling-burst")),
            start_rate_per_s=value("states.start-rate"),
            start_burst=value("states.start-burst"),
            transition_rate_per_s=value("states.transition-rate"),
            transition_burst=value("states.transition-burst"),
            publish_rate_per_s=value("sns.publish-rate"),
            table_writes_per_s=value("dynamodb.new-table-write-rate"),
            prefix_puts_per_s=value("s3.put-rate"),
        )
