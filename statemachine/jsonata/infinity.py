"""Division by zero, which is no error in JavaScript: AWS's values are the strings `Infinity`.

The engine raises an error instead. What it says of the place is enough to divide with care.
"""

from typing import Any, Final

from jlens import JlensError

_MARK: Final = 1.7976931348623157e308
_NAMES: Final = {_MARK: "Infinity", -_MARK: "-Infinity"}


def with_infinity(text: str, error: JlensError) -> str | None:
    """Return an expression whose failed division gives a mark, or None if that is not the fault."""
    start, end, operator_end = error.start, error.end, error.position
    if error.code != "D1001" or error.token != "/":  # noqa: S105 - no password
        return None
    if start is None or end is None or operator_end is None:
        return None
    above, below = text[start : operator_end - 1], text[operator_end:end]
    divided = f"(({below}) = 0 ? (({above}) < 0 ? -{_MARK!r} : {_MARK!r}) : ({above}) / ({below}))"
    return f"{text[:start]}{divided}{text[end:]}"


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
