"""What the fields of a network's description may be; each rule names field, problem and mend."""

import math

from sim.errors import NetworkError


def check_name(what: str, value: str) -> None:
    """Refuse an empty name.

    Raises
    ------
    NetworkError
        When it is empty.
    """
    if not value:
        raise NetworkError(f"{what} is empty.", "Give it a name.")


def check_positive(what: str, value: float) -> None:
    """Refuse a number that is not above 0, or not finite.

    Raises
    ------
    NetworkError
        When it is not.
    """
    if not math.isfinite(value) or value <= 0:
        raise NetworkError(f"{what} is {value}.", "Give a number above 0.")


def check_not_negative(what: str, value: float) -> None:
    """Refuse a number below 0, or one that is not finite.

    Raises
    ------
    NetworkError
        When it is.
    """
    if not math.isfinite(value) or value < 0:
        raise NetworkError(f"{what} is {value}.", "Give a number of at least 0.")


def check_count(what: str, value: int, least: int) -> None:
    """Refuse what is no whole number, or one below *least*.

    Raises
    ------
    NetworkError
        When it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise NetworkError(f"{what} is {value}.", f"Give a whole number of at least {least}.")
