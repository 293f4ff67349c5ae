"""A network: resources, the program that each message goes through, and who sends again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.capacity.network.refusal import Fail, Retry, RetryFromStart
from sim.capacity.network.resources import (
    Account,
    EnvironmentPool,
    Memory,
    Resource,
    Station,
    TokenBucket,
)
from sim.capacity.network.steps import (
    Delay,
    Fork,
    Free,
    Invoke,
    Load,
    Mark,
    PlainStep,
    Release,
    Serve,
    Step,
    Store,
    Take,
)
from sim.errors import NetworkError

MAX_REASONS = 126
"""An outcome is one byte: two for each reason, beside completed and unfinished."""


@dataclass(frozen=True, slots=True)
class Network:
    """What is simulated.

    Attributes
    ----------
    resources
        Each step names one of these.
    program
        The steps of each message, in order.
    account
        The concurrency that the pools share; `None`: those without a reservation have no limit.
    receipt
        The mark at which the sender has its receipt. A message that fails after it is counted
        apart from one that fails before, and never sent again.
    sender
        How a sender sends again what failed before its receipt; `None`: it does not.

    Raises
    ------
    NetworkError
        When steps and resources do not fit together.
    """

    resources: tuple[Resource, ...]
    program: tuple[Step, ...]
    account: Account | None = None
    receipt: str | None = None
    sender: RetryFromStart | None = None

    def __post_init__(self) -> None:
        names = [resource.name for resource in self.resources]
        for name in names:
            if names.count(name) > 1:
                raise NetworkError(f"Two resources are called {name}.", "Rename one.")
        if not self.program:
            raise NetworkError("Network.program is empty.", "Give it a step.")
        for step in self.plain_steps():
            self._check_step(step)
        self._check_order()
        self._check_marks()
        self._check_concurrency()
        reasons = self.reasons()
        if len(reasons) > MAX_REASONS:
            raise NetworkError(
                f"The program fails for {len(reasons)} reasons.",
                f"Use at most {MAX_REASONS}: steps can share one.",
            )
        for reason in (self.sender and self.sender.reasons) or ():
            if reason not in reasons:
                raise NetworkError(
                    f"RetryFromStart.reasons has {reason!r}, which no step fails for.",
                    f"Choose from {', '.join(reasons)}.",
                )

    def plain_steps(self) -> Iterator[PlainStep]:
        """Yield the steps in order, those of branches where their fork stands."""
        for step in self.program:
            if isinstance(step, Fork):
                for branch in step.branches:
                    yield from branch
            else:
                yield step

    def resource(self, name: str) -> Resource:
        """Return the resource of a name."""
        return next(resource for resource in self.resources if resource.name == name)

    def marks(self) -> tuple[str, ...]:
        """Return the names of the marks, in order."""
        return tuple(step.name for step in self.plain_steps() if isinstance(step, Mark))

    def reasons(self) -> tuple[str, ...]:
        """Return the reasons for which a message may fail, in the order of the program."""
        found: dict[str, None] = {}
        for step in self.plain_steps():
            match getattr(step, "refusal", None):
                case Fail(reason) | Retry(then=Fail(reason)):
                    found[reason] = None
            if isinstance(step, Load):
                found[lost_from(step.memory)] = None
        return tuple(found)

    def _check_step(self, step: PlainStep) -> None:
        kind: type[Resource]
        match step:
            case Serve():
                name, kind = step.station, Station
            case Take():
                name, kind = step.bucket, TokenBucket
            case Invoke() | Release():
                name, kind = step.pool, EnvironmentPool
            case Store() | Load() | Free():
                name, kind = step.memory, Memory
            case Delay() | Mark():
                return
        for resource in self.resources:
            if resource.name == name and isinstance(resource, kind):
                if isinstance(step, Take) and isinstance(resource, TokenBucket):
                    _check_burst(step, resource)
                return
        raise NetworkError(
            f"{type(step).__name__} names {name!r}, which is no {kind.__name__} of the network.",
            f"Add {kind.__name__}({name!r}, ...) to Network.resources, or correct the name.",
        )

    def _check_order(self) -> None:
        """Check that each invocation ends where it began, and that values are stored once."""
        _check_invocations(self.program)
        stored: set[str] = set()
        for step in self.program:
            if not isinstance(step, Fork):
                _check_values((step,), stored)
                continue
            before = frozenset(stored)
            for branch in step.branches:
                _check_invocations(branch)
                own = set(before)
                _check_values(branch, own)
                twice = (own - before) & (stored - before)
                if twice:
                    raise _stored_twice(min(twice))
                stored |= own

    def _check_marks(self) -> None:
        marks = self.marks()
        for mark in marks:
            if marks.count(mark) > 1:
                raise NetworkError(f"Two marks are called {mark}.", "Rename one.")
        if self.receipt is not None and self.receipt not in marks:
            raise NetworkError(
                f"Network.receipt is {self.receipt!r}, which is no mark of the program.",
                f"Add Mark({self.receipt!r}), or correct the name.",
            )

    def _check_concurrency(self) -> None:
        if self.account is None:
            return
        pools = [pool for pool in self.resources if isinstance(pool, EnvironmentPool)]
        left = self.account.concurrency - sum(pool.reserved or 0 for pool in pools)
        if left < (1 if any(pool.reserved is None for pool in pools) else 0):
            raise NetworkError(
                f"The pools reserve {self.account.concurrency - left} of the account's "
                f"{self.account.concurrency}.",
                "Reserve less, or raise Account.concurrency.",
            )


def lost_from(memory: str) -> str:
    """Return the reason of a message whose value was gone when it was to be read."""
    return f"lost from {memory}"


def _check_burst(step: Take, bucket: TokenBucket) -> None:
    if step.tokens > bucket.burst:
        raise NetworkError(
            f"Take from {step.bucket}: tokens is {step.tokens}, more than its burst of "
            f"{bucket.burst}.",
            "It could never be: take less, or raise TokenBucket.burst.",
        )


def _check_invocations(steps: Iterable[Step]) -> None:
    held: set[str] = set()
    for step in steps:
        if isinstance(step, Invoke):
            if step.pool in held:
                raise NetworkError(
                    f"Invoke of {step.pool} while it is invoked.", "Release it before."
                )
            held.add(step.pool)
        elif isinstance(step, Release):
            if step.pool not in held:
                raise NetworkError(
                    f"Release of {step.pool}, which is not invoked there.",
                    "Invoke it before, in the same branch.",
                )
            held.remove(step.pool)
    if held:
        raise NetworkError(
            f"Invoke of {min(held)} is never released.", "Release it in the same branch."
        )


def _check_values(steps: Iterable[PlainStep], stored: set[str]) -> None:
    for step in steps:
        if isinstance(step, Store):
            if step.memory in stored:
                raise _stored_twice(step.memory)
            stored.add(step.memory)
        elif isinstance(step, Load | Free) and step.memory not in stored:
            raise NetworkError(
                f"{type(step).__name__} from {step.memory}, before anything is stored there.",
                "Store before, in the same branch or before the fork.",
            )


def _stored_twice(memory: str) -> NetworkError:
    return NetworkError(
        f"The program stores twice in {memory}.", "A message keeps one value in a memory."
    )
