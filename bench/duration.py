"""Durations as people read them."""


def duration_text(seconds: float) -> str:
    """Write a duration with the unit that suits it.

    Examples
    --------
    >>> duration_text(2280.0)
    '38 min'
    """
    if seconds < 119.5:
        return f"{seconds:.3g} s"
    if seconds < 119.5 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 47.5 * 3_600:
        return f"{seconds / 3_600:.1f} h"
    return f"{seconds / 86_400:.1f} days"
