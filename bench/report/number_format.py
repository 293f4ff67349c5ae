"""How figures are written: three significant digits, a unit, and a dash for what is not known."""

from bench.statistics import Interval

UNKNOWN = "–"  # noqa: RUF001 - the typographic sign for a value that is not given
MINUS = "−"  # noqa: RUF001 - the typographic sign, as wide as the digits

STRATEGY_NAMES = {
    "redis-first": "Redis-first",
    "s3-first": "S3-first",
    "floor": "upload floor",
    "redis-set": "Redis SET",
}


def strategy_name(strategy: str) -> str:
    """Give the name of a strategy as it is written in text."""
    return STRATEGY_NAMES.get(strategy, strategy)


def number(value: float | None) -> str:
    """Write a number with three significant digits, at most two decimals; None as a dash."""
    if value is None:
        return UNKNOWN
    size = abs(value)
    decimals = 2 if size < 9.995 else 1 if size < 99.95 else 0
    return _signed(f"{value:,.{decimals}f}")


def fixed(value: float | None, decimals: int = 2) -> str:
    """Write a number with as many decimals as its neighbours that it is to be added to."""
    return UNKNOWN if value is None else _signed(f"{value:,.{decimals}f}")


def milliseconds(value: float | None) -> str:
    """Write a time with its unit."""
    return UNKNOWN if value is None else f"{number(value)} ms"


def interval(ends: Interval | None) -> str:
    """Write an interval as ``low to high``, without a unit."""
    return UNKNOWN if ends is None else f"{number(ends.low)} to {number(ends.high)}"


def times(ratio: float | None) -> str:
    """Write a ratio as ``2.1x``."""
    return UNKNOWN if ratio is None else f"{ratio:.1f}x" if ratio < 99.95 else f"{ratio:,.0f}x"


def percent(share: float | None) -> str:
    """Write a share of 1 in per cent; 100 % only if it is all."""
    if share is None:
        return UNKNOWN
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    return f"{min(max(share * 100, 0.1), 99.9):.1f} %"


def count(value: int) -> str:
    """Write a number of things, thousands set apart."""
    return f"{value:,}"


def plural(value: int, noun: str) -> str:
    """Write a number of things with their name, such as ``1 finding`` and ``2 findings``."""
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def dollars(amount: float) -> str:
    """Write an amount; cents only where dollars would say nothing."""
    size = abs(amount)
    text = f"${size:,.0f}" if size >= 99.5 else f"${size:,.2f}"
    return f"{MINUS}{text}" if amount < 0 and text.strip("$0.") else text


def answer_text(answer: str, reason: str | None) -> str:
    """Write an answer, and why there is none."""
    return answer if reason is None else f"{answer}: {reason}"


def _signed(text: str) -> str:
    if not text.strip("-0.,"):
        return text.lstrip("-")
    return text.replace("-", MINUS)
