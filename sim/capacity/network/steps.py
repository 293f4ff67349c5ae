"""What a message goes through, one step after the other.

`luck` names a step's draws: the same message meets the same luck at the step of that name in every
network, so that two designs differ by themselves and not by their draws. Steps of one name in one
program are told apart by their order. Unnamed, a step is known by its kind and its resource.
"""

from dataclasses import dataclass

from sim.capacity.network.field_rules import check_name, check_not_negative
from sim.capacity.network.refusal import Refusal, Wait
from sim.capacity.network.service_time import ServiceTime
from sim.errors import NetworkError


@dataclass(frozen=True, slots=True)
class Delay:
    """Time passes; nobody else is in the way."""

    service_time: ServiceTime
    luck: str = "delay"


@dataclass(frozen=True, slots=True)
class Serve:
    """Queue at a station, and be served there."""

    station: str
    service_time: ServiceTime
    refusal: Refusal = Wait()  # noqa: RUF009 - frozen, without fields
    luck: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """Take *tokens* out of a bucket, and *tokens_per_byte* for each byte of the body."""

    bucket: str
    refusal: Refusal
    tokens: float = 1.0
    tokens_per_byte: float = 0.0

    def __post_init__(self) -> None:
        check_not_negative(f"Take from {self.bucket}: tokens", self.tokens)
        check_not_negative(f"Take from {self.bucket}: tokens_per_byte", self.tokens_per_byte)
        if self.tokens == self.tokens_per_byte == 0:
            raise NetworkError(
                f"Take from {self.bucket} takes nothing.", "Take some, or leave it out."
            )


@dataclass(frozen=True, slots=True)
class Invoke:
    """Enter an execution environment, which `Release` leaves."""

    pool: str
    refusal: Refusal
    luck: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Leave the execution environment of a pool."""

    pool: str


@dataclass(frozen=True, slots=True)
class Store:
    """Store *body_share* bytes for each byte of the body, rounded down, in a memory."""

    memory: str
    refusal: Refusal
    body_share: float = 1.0

    def __post_init__(self) -> None:
        check_not_negative(f"Store in {self.memory}: body_share", self.body_share)


@dataclass(frozen=True, slots=True)
class Load:
    """Read what the message has stored; if it is gone, the message fails as lost."""

    memory: str
    refusal: Refusal = Wait()  # noqa: RUF009 - frozen, without fields


@dataclass(frozen=True, slots=True)
class Free:
    """Delete what the message has stored, if it is still there."""

    memory: str
    refusal: Refusal = Wait()  # noqa: RUF009 - frozen, without fields


@dataclass(frozen=True, slots=True)
class Mark:
    """Note the time since the message was due."""

    name: str

    def __post_init__(self) -> None:
        check_name("Mark.name", self.name)


PlainStep = Delay | Serve | Take | Invoke | Release | Store | Load | Free | Mark


@dataclass(frozen=True, slots=True)
class Fork:
    """Go through branches side by side; the next step comes when all have ended."""

    branches: tuple[tuple[PlainStep, ...], ...]

    def __post_init__(self) -> None:
        if len(self.branches) < 2 or not all(self.branches):
            raise NetworkError(
                f"Fork.branches has {len(self.branches)} branches, or an empty one.",
                "Give two branches at least, each with a step.",
            )


Step = PlainStep | Fork


def luck_name(step: PlainStep) -> str:
    """Return the name under which a step draws its luck."""
    match step:
        case Delay(luck=luck):
            return luck
        case Serve(station=name, luck=luck) | Invoke(pool=name, luck=luck) if luck:
            return luck
        case Serve(station=name) | Take(bucket=name) | Invoke(pool=name) | Release(pool=name):
            pass
        case Store(memory=name) | Load(memory=name) | Free(memory=name) | Mark(name=name):
            pass
    return f"{type(step).__name__.lower()}:{name}"
