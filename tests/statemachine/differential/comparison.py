"""Says in what two interpreters' runs of one machine differ.

Branches run at the same time, so the order of events between two of them is free, and where one of
several branches fails it is free, too, how far the others had come. Histories are therefore
compared as the trees that `previousEventId` makes of them.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final, NamedTuple

Event = dict[str, Any]

_EVENT_NUMBER: Final = re.compile(r"event id #\d+")
_REQUEST_ID: Final = re.compile(r"Request ID: [\w-]+")
_QUOTED_DATA: Final = re.compile(r"'([\[{\"].*)'", re.DOTALL)
_JSON_MEMBERS: Final = frozenset({"input", "output", "parameters"})
_PLAIN_MEMBERS: Final = frozenset({"id", "type", "previousEventId", "timestamp"})
_NO_EVENT: Final[Event] = {"type": "nothing"}
_STARTS: Final = frozenset({"ParallelStateStarted", "MapStateStarted"})
_ENDS: Final = frozenset(
    f"{kind}State{how}" for kind in ("Parallel", "Map") for how in ("Succeeded", "Failed")
)
_COMPOSITES_EXITED: Final = frozenset({"ParallelStateExited", "MapStateExited"})
_FREE: Final = frozenset(
    {"MapIterationStarted", "ParallelStateSucceeded", "MapStateSucceeded", *_COMPOSITES_EXITED}
)
"""Types of events that may be linked to the last event of any branch."""

_COMPOSITES: Final = ("Parallel", "Map")


@dataclass(frozen=True)
class Run:
    """How an execution went; `refused` is the error code of a definition that was not accepted."""

    status: str
    output: Any = None
    error: str | None = None
    cause: str | None = None
    events: list[Event] = field(default_factory=list)
    refused: str | None = None


class Difference(NamedTuple):
    """One difference: `what` it is in, the same for all that have one reason, and both sides."""

    what: str
    ours: Any
    theirs: Any


def differences(ours: Run, theirs: Run) -> list[Difference]:
    """Return how two runs differ, outcome first; none when they are equal."""
    if ours.refused or theirs.refused:
        if bool(ours.refused) == bool(theirs.refused):
            return []
        sides = [_said(ours.refused), _said(theirs.refused)]
        return [Difference("refusal", *sides)]
    found = _outcome_differences(ours, theirs)
    if found and _hangs_on_scheduling(ours, theirs):
        return []
    if not _hangs_on_scheduling(ours, theirs):
        found += _history_differences(ours.events, theirs.events)
    return found


def _outcome_differences(ours: Run, theirs: Run) -> list[Difference]:
    mine, other = ((run.status, run.error, _comparable(run.cause)) for run in (ours, theirs))
    if mine[:2] != other[:2]:
        names = [" ".join(filter(None, side[:2])) for side in (mine, other)]
        return [Difference(" where they have ".join(names), mine, other)]
    if mine != other:
        return [Difference("cause", mine[2], other[2])]
    if not same_json(_output(ours), _output(theirs)):
        return [Difference("output", ours.output, theirs.output)]
    return []


def _output(run: Run) -> Any:
    return json.loads(_REQUEST_ID.sub("Request ID: N", json.dumps(run.output)))


def same_json(mine: Any, other: Any) -> bool:
    """Return whether two JSON values are the same; true is not 1, 1.0 is."""
    if isinstance(mine, bool) or isinstance(other, bool):
        return mine is other
    if isinstance(mine, dict) and isinstance(other, dict):
        return mine.keys() == other.keys() and all(same_json(mine[k], other[k]) for k in mine)
    if isinstance(mine, list) and isinstance(other, list):
        return len(mine) == len(other) and all(map(same_json, mine, other))
    return bool(mine == other)


def _said(refused: str | None) -> str:
    return refused or "accepted"


def _comparable(cause: str | None) -> str | None:
    """Return a cause without numbers that are free, with the data that it quotes in one form."""
    if not cause:
        return cause
    cause = _REQUEST_ID.sub("Request ID: N", _EVENT_NUMBER.sub("event id #N", cause))
    return _QUOTED_DATA.sub(_in_one_form, cause)


def _in_one_form(quoted: re.Match[str]) -> str:
    try:
        return f"'{json.dumps(json.loads(quoted[1]), sort_keys=True)}'"
    except ValueError:
        return quoted[0]


def _hangs_on_scheduling(ours: Run, theirs: Run) -> bool:
    """Return whether a branch failed while others were under way."""
    return any(_failed_among_others(run.events) for run in (ours, theirs))


def _failed_among_others(events: list[Event]) -> bool:
    branches: dict[int, int] = defaultdict(int)
    failed = False
    for event in events:
        branches[event["previousEventId"]] += 1
        failed |= event["type"].endswith(("Aborted", "MapStateFailed", "ParallelStateFailed"))
        failed |= event["type"] == "MapIterationFailed"
    starts = [event["id"] for event in events if event["type"] in _STARTS]
    return failed and any(branches[start] > 1 for start in starts)


def _history_differences(ours: list[Event], theirs: list[Event]) -> list[Difference]:
    """Return the first difference of two histories: in their order, or of their trees."""
    if branching(ours) or branching(theirs):
        return _tree_differences(tree(ours), tree(theirs))
    mine, other = [_plain(e) for e in ours], [_plain(e) for e in theirs]
    for one, two in zip_longest(mine, other, fillvalue=_NO_EVENT):
        if not same_json(one, two):
            return [Difference(_place_of(one, two), one, two)]
    return []


def _tree_differences(mine: list[Event], other: list[Event]) -> list[Difference]:
    ways, other_ways = ({line["way"] for line in lines} for lines in (mine, other))
    only_mine = [line for line in mine if line["way"] not in other_ways]
    only_other = [line for line in other if line["way"] not in ways]
    if only_mine or only_other:
        one, two = (min(x, key=_depth, default=_NO_EVENT) for x in (only_mine, only_other))
        return [Difference(f"history: {one['type']} where they have {two['type']}", one, two)]
    for one, two in zip_longest(mine, other, fillvalue=_NO_EVENT):
        if not same_json(one, two):
            return [Difference(_place_of(one, two), one, two)]
    return []


def _depth(line: Event) -> int:
    return str(line["way"]).count(" > ")


def _place_of(one: dict[str, Any], two: dict[str, Any]) -> str:
    if one["type"] != two["type"]:
        return f"history: {one['type']}, not {two['type']}"
    names = sorted({*one, *two} - {"way"})
    name = next(name for name in names if not same_json(one.get(name), two.get(name)))
    if name == "details":
        members = sorted({*one[name], *two[name]})
        member = next(m for m in members if not same_json(one[name].get(m), two[name].get(m)))
        name = f"details {member}"
    return f"history: {name} of {one['type']}"


def branching(events: list[Event]) -> bool:
    """Return whether there are states that hold others."""
    return any(event["type"].startswith(_COMPOSITES) for event in events)


def _plain(event: Event) -> dict[str, Any]:
    """Return an event with its details as values instead of texts, without its time."""
    details: dict[str, Any] = {}
    for member in event.keys() - _PLAIN_MEMBERS:
        details["member"] = member
        for name, value in event[member].items():
            if name in _JSON_MEMBERS and isinstance(value, str):
                details[name] = json.loads(_REQUEST_ID.sub("Request ID: N", value))
            elif name == "assignedVariables":
                details[name] = {variable: json.loads(text) for variable, text in value.items()}
            else:
                details[name] = _comparable(value) if name == "cause" else value
    kept = {name: event[name] for name in ("id", "type", "previousEventId")}
    return {**kept, "details": details}


def tree(events: list[Event]) -> list[dict[str, Any]]:
    """Return a history as lines that do not hang on the order between branches.

    Each line is an event with the way from the start to it, the lines are in the order of the ways.
    What joins branches is linked to what they began with, since the branch that ends last is free.
    """
    by_id = {event["id"]: event for event in events}
    parents = {event["id"]: _parent(event, by_id) for event in events}
    labels = {e["id"]: _label(e) for e in events}
    ways: dict[int, str] = {0: ""}
    lines = []
    for event in events:
        way = f"{ways[parents[event['id']]]} > {labels[event['id']]}"
        ways[event["id"]] = way
        plain = _plain(event)
        lines.append({"way": way, "type": plain["type"], "details": plain["details"]})
    return sorted(lines, key=lambda line: line["way"])


def _label(event: Event) -> str:
    for member in event.keys() - _PLAIN_MEMBERS:
        details = event[member]
        named = [str(details[key]) for key in ("name", "index") if key in details]
        return ".".join([event["type"], *named])
    return str(event["type"])


def _parent(event: Event, by_id: dict[int, Event]) -> int:
    """Return the event that this one is linked to.

    For what joins branches, and for an iteration that took another's place, it is where they began.
    """
    kind, previous = event["type"], event["previousEventId"]
    if kind not in _FREE or by_id[previous]["type"] in _ENDS:
        return int(previous)
    while previous in by_id:
        before = by_id[previous]
        if before["type"] in _STARTS:
            break
        inner = before["type"] in _COMPOSITES_EXITED
        previous = (_entered(before, by_id) if inner else before)["previousEventId"]
    return int(previous)


def _entered(left: Event, by_id: dict[int, Event]) -> Event:
    """Return the event by which a state was entered that is left by the given one."""
    name = left["stateExitedEventDetails"]["name"]
    visits = (
        event["id"]
        for event in by_id.values()
        if event.get("stateEnteredEventDetails", {}).get("name") == name
    )
    return by_id[max(visit for visit in visits if visit < left["id"])]
