"""The pipeline as a network of queues: what is deployed, in an account, under a latency profile."""

from collections.abc import Sequence

from sim.capacity.design import Design, Strategy
from sim.capacity.network import Network, RetryFromStart
from sim.capacity.pipeline import names
from sim.capacity.pipeline.asynchronous import asynchronous_steps
from sim.capacity.pipeline.blocking import blocking_steps
from sim.capacity.pipeline.resources import Outages, Surroundings, account, resources
from sim.latency.network import Network as SenderNetwork

__all__ = ["Outages", "Surroundings", "names", "pipeline_network"]


def pipeline_network(
    design: Design,
    strategy: Strategy,
    around: Surroundings,
    *,
    sender: SenderNetwork,
    body_bytes: Sequence[int],
    sender_retries: RetryFromStart | None = None,
) -> Network:
    """Return the network that a strategy's messages go through.

    Parameters
    ----------
    sender
        The way from a sender to the gateway.
    body_bytes
        The sizes of bodies that occur.
    sender_retries
        How a sender sends again what was refused; None: it does not.

    Raises
    ------
    sim.errors.NetworkError
        When a value cannot be.
    """
    return Network(
        resources=resources(design, strategy, around),
        program=(
            *blocking_steps(design, strategy, around.profile, sender, body_bytes),
            *asynchronous_steps(design, strategy, around.profile),
        ),
        account=account(around.limits),
        receipt=names.RECEIPT,
        sender=sender_retries,
    )
