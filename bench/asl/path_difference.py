"""Where the path that an execution took leaves the one that was expected."""

from collections.abc import Sequence

from bench.asl.history_tree import Lane, Visit
from bench.asl.suite import Step


def path_difference(expected: Sequence[Step], lane: Lane, where: str = "") -> str | None:
    """Say at which step the paths part, and what happened there; or `None` if they do not.

    Parameters
    ----------
    lane
        The states that were visited.
    where
        Which branch it is, for the message.
    """
    taken = lane.visits
    for place, step in enumerate(expected, 1):
        at = f"step {place}{where}"
        before = taken[place - 2] if place > 1 else None
        if place > len(taken):
            return f"{at} should be {step.name}, but nothing came{_after(before)}"
        visit = taken[place - 1]
        if visit.name != step.name:
            return f"{at} should be {step.name}, but was {visit.name}{_after(before)}"
        inner = _lanes_difference(step, visit, where)
        if inner is not None:
            return inner
    if len(taken) > len(expected):
        visit, place = taken[len(expected)], len(expected) + 1
        before = taken[len(expected) - 1] if expected else None
        return f"step {place}{where} should not be, but was {visit.name}{_after(before)}"
    return None


def _lanes_difference(step: Step, visit: Visit, where: str) -> str | None:
    noun, first = ("iteration", 0) if visit.kind == "Map" else ("branch", 1)
    lanes = {lane.index: lane for lane in visit.lanes}
    if step.lane_count is not None and step.lane_count != len(lanes):
        plural = "iterations" if visit.kind == "Map" else "branches"
        return f"{step.name}{where} should have {step.lane_count} {plural}, but had {len(lanes)}"
    for index, path in step.lanes.items():
        own = f" in {noun} {index + first} of {step.name}{where}"
        if index not in lanes:
            return f"there is no {noun} {index + first} of {step.name}{where}"
        found = path_difference(path, lanes[index], own)
        if found is not None:
            return found
    return None


def _after(before: Visit | None) -> str:
    """Say how the step before went, which is mostly why this one is another."""
    if before is None:
        return ""
    if before.error:
        cause = f": {' '.join(before.cause.split())[:200]}" if before.cause else ""
        caught = "was caught in" if before.outcome == "caught" else "ended"
        return f" ({before.error} {caught} {before.name}{cause})"
    if before.kind == "Choice":
        return f" (chosen by {before.name})"
    return f" (after {before.name})"


def path_text(lane: Lane) -> str:
    """Write the path that was taken in the form in which a suite expects one."""
    parts = []
    for visit in lane.visits:
        if visit.lanes:
            inner = ", ".join(f"[{path_text(each)}]" for each in visit.lanes)
            parts.append(f"{{{visit.name}: [{inner}]}}")
        else:
            parts.append(visit.name)
    return ", ".join(parts)
