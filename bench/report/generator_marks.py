"""Where the load generator may have been what was measured, as run.json tells it."""

from collections.abc import Mapping
from typing import Any

from bench.report.number_format import plural


def generator_marks(run: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in which blocks the load generator may have been what was measured, by part of the run.

    Parameters
    ----------
    run
        The content of run.json.

    Returns
    -------
    tuple of str
        Clauses that follow on "is invalid:"; none for a run that counts.
    """
    found = []
    for profile, part in parts_of(run).items():
        marks = list(part.get("load_generator", {}).get("marked_blocks", {}).values())
        if marks:
            found.append(
                f"in {plural(len(marks), 'block')} under {profile} the load generator may have "
                f"been what was measured (the first: {marks[0]})"
            )
    return tuple(found)


def parts_of(run: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the plan of each part of a run, by profile; none where run.json tells of none."""
    plan = run.get("plan") or {}
    return {profile: part for profile, part in plan.items() if isinstance(part, Mapping)}
