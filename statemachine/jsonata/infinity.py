"""Division by zero and overflow, no errors in JavaScript: AWS's values are strings, `Infinity`.

The engine raises an error instead. What it says of the place is enough to calculate with care.
"""

from typing import Any, Final

from jlens import JlensError

_MARK: Final = 1.7976931348623157e308
_NAMES: Final = {_MARK: "Infinity", -_MARK: "-Infinity"}


def with_infinity(text: str, error: JlensError) -> str | None:
    """Return an expression whose failed operation gives a mark, or None if that is not the fault.

    A division can be watched wherever it stands. Of other operations it is known only that they
    overflowed this time, so they have to be the whole expression.
    """
    start, end, operator_end = error.start, error.end, error.position
    if error.code != "D1001" or start is None or end is None or operator_end is None:
        return None
    left, right = text[start : operator_end - 1], text[operator_end:end]
    if error.token == "/":  # noqa: S105 - no password
        sign = f"({left}) < 0 ? -{_MARK!r} : {_MARK!r}"
        return f"{text[:start]}(({right}) = 0 ? ({sign}) : ({left}) / ({right})){text[end:]}"
    if (start, end) != (0, len(text)):
        return None
    is_below = f"(({left}) < 0) != (({right}) < 0)" if error.token == "*" else f"({left}) < 0"  # noqa: S105
    return f"{is_below} ? -{_MARK!r} : {_MARK!r}"


def without_marks(value: Any) -> Any:
    """Return a value whose marks are AWS's strings."""
    match value:
        case bool():
            return value
        case int() | float():
            return _NAMES.get(value, value)
        case list():
            return [without_marks(item) for item in value]
        case dict():
            return {name: without_marks(item) for name, item in value.items()}
        case _:
            return value
