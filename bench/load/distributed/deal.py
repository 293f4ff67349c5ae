"""Deals a plan to workers: their shares are together exactly the plan."""

from dataclasses import dataclass, replace

from bench.load.errors import PlanError
from bench.load.plan import Block, Plan


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several workers carries out.

    Parameters
    ----------
    plan
        With all blocks of the dealt plan, each with this worker's arrivals alone: the same due
        times, contents and luck as in the whole. Limits are divided.
    numbers
        For each block, the numbers of these arrivals within the whole run, which their bodies are
        made from.
    """

    plan: Plan
    numbers: tuple[range, ...]


def deal(plan: Plan, workers: int) -> tuple[Share, ...]:
    """Return each worker's share: every `workers`-th arrival, counted over the whole run.

    The limit of requests in flight and the bytes prepared ahead are divided as well. A closed
    model's users are divided, and arrivals are dealt among those workers that have a user.

    Raises
    ------
    PlanError
        If there is no worker, or fewer requests may be in flight than there are workers.
    """
    if workers < 1:
        raise PlanError(f"workers (={workers}) must be >= 1")
    if plan.in_flight_limit < workers:
        raise PlanError(
            f"in_flight_limit (={plan.in_flight_limit}) is divided among {workers} workers: raise"
            " it, or take fewer workers"
        )
    return tuple(_share(plan, worker, workers) for worker in range(workers))


def _share(plan: Plan, worker: int, workers: int) -> Share:
    dealt = [
        _block(block, numbers, worker, workers)
        for block, numbers in zip(plan.blocks, plan.numbers, strict=True)
    ]
    return Share(
        plan=replace(
            plan,
            blocks=tuple(block for block, _ in dealt),
            in_flight_limit=_part(plan.in_flight_limit, worker, workers),
            prepared_bytes=max(1, plan.prepared_bytes // workers),
        ),
        numbers=tuple(numbers for _, numbers in dealt),
    )


def _block(block: Block, numbers: range, worker: int, workers: int) -> tuple[Block, range]:
    hands = min(workers, block.users) if block.users else workers
    if worker >= hands:
        return replace(block, arrivals=(), users=0), numbers[len(numbers) :]
    # By the number within the run, not within the block: else the first worker would have one more
    # than the last in block after block.
    dealt = slice((worker - numbers.start) % hands, None, hands)
    mine = replace(block, arrivals=block.arrivals[dealt], users=_part(block.users, worker, hands))
    return mine, numbers[dealt]


def _part(whole: int, worker: int, workers: int) -> int:
    """Return one of `workers` parts that add up to the whole, and differ by 1 at most."""
    return whole // workers + (worker < whole % workers)
