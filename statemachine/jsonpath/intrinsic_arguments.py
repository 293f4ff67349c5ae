"""What intrinsic functions may take: types, ranges and lengths, or `States.IntrinsicFailure`."""

import json
import math
from typing import Any, Final, NoReturn

from statemachine.errors import INTRINSIC_FAILURE, StateFault
from statemachine.history import json_text

MAX_CHARACTERS: Final = 10_000
"""Source: Step Functions Developer Guide, "Intrinsics for JSONPath state machines": Base64Encode,
Base64Decode and Hash."""


def refuse(problem: str) -> NoReturn:
    """Raise `States.IntrinsicFailure`."""
    raise StateFault(INTRINSIC_FAILURE, problem)


def integer(value: Any, name: str) -> int:
    """Return a whole number; others are rounded to the nearest, halves up."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(f"{name} takes numbers, not {json_text(value)}")
    return value if isinstance(value, int) else math.floor(value + 0.5)


def integer_32(value: Any, name: str) -> int:
    """Return a whole number of 32 bits.

    Source: as above, States.MathRandom and States.MathAdd.
    """
    number = integer(value, name)
    if not -(1 << 31) <= number < 1 << 31:
        refuse(f"{name} takes integers from -2147483648 to 2147483647, not {number}")
    return number


def string(value: Any, name: str, *, most: int | None = None) -> str:
    """Return a string of at most so many characters."""
    if not isinstance(value, str):
        refuse(f"{name} takes a string, not {json_text(value)}")
    if most is not None and len(value) > most:
        refuse(f"{name} takes at most {most} characters, not {len(value)}")
    return value


def array(value: Any, name: str) -> list[Any]:
    """Return an array."""
    if not isinstance(value, list):
        refuse(f"{name} takes an array, not {json_text(value)}")
    return value


def identity(value: Any) -> str:
    """Return a text that two JSON values share if they are equal: 1 is 1.0, but not true."""

    def plain(inner: Any) -> Any:
        match inner:
            case float() if inner.is_integer():
                return int(inner)
            case list():
                return [plain(item) for item in inner]
            case dict():
                return {name: plain(item) for name, item in inner.items()}
            case _:
                return inner

    return json.dumps(plain(value), sort_keys=True)
