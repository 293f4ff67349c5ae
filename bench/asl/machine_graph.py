"""What a definition looks like: its states, and how they lead to one another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

EdgeKind = Literal["next", "choice", "default", "catch"]

_LONGEST_LABEL: Final = 48
_OPERATORS: Final[Mapping[str, str]] = {
    "Equals": "=",
    "LessThan": "<",
    "LessThanEquals": "≤",
    "GreaterThan": ">",
    "GreaterThanEquals": "≥",
    "Matches": "matches",
}


@dataclass(frozen=True, slots=True)
class Edge:
    """A transition within one group of states."""

    start: str
    end: str
    kind: EdgeKind
    label: str = ""


@dataclass(slots=True)
class Node:
    """A state; those of a Parallel or Map state are in its groups."""

    name: str
    kind: str
    ends: bool
    note: str = ""
    groups: list["Group"] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """The states of a machine, a branch or an item processor."""

    label: str
    start_at: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


def graph_of(definition: Mapping[str, Any]) -> Group:
    """Return the graph of a valid definition."""
    return _group(definition, "")


def _group(states_map: Mapping[str, Any], label: str) -> Group:
    group = Group(label, str(states_map["StartAt"]))
    for name, state in states_map["States"].items():
        group.nodes[name] = _node(name, state)
        group.edges += _edges(name, state)
    return group


def _node(name: str, state: Mapping[str, Any]) -> Node:
    kind = str(state["Type"])
    ends = kind in {"Succeed", "Fail"} or bool(state.get("End"))
    node = Node(name, kind, ends, _note(kind, state))
    if kind == "Parallel":
        node.groups = [
            _group(branch, f"branch {place}") for place, branch in enumerate(state["Branches"], 1)
        ]
    elif kind == "Map":
        processor = state.get("ItemProcessor") or state.get("Iterator") or {}
        node.groups = [_group(processor, "each item")]
    return node


def _note(kind: str, state: Mapping[str, Any]) -> str:
    """Return the line below a state's name."""
    if kind == "Task":
        note = str(state.get("Resource", "")).rpartition(":::")[2]
        return shortened(note.rpartition("function:")[2] if ":lambda:" in note else note)
    if kind == "Wait":
        for name, unit in (("Seconds", " s"), ("Timestamp", "")):
            if name in state:
                return shortened(f"{'until ' if name == 'Timestamp' else ''}{state[name]}{unit}")
        return shortened(str(state.get("SecondsPath") or state.get("TimestampPath") or ""))
    if kind == "Fail":
        return shortened(str(state.get("Error") or state.get("ErrorPath") or ""))
    if kind == "Map":
        mode = state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode", "INLINE")
        return "distributed" if mode == "DISTRIBUTED" else ""
    return ""


def _edges(name: str, state: Mapping[str, Any]) -> Iterator[Edge]:
    for rule in state.get("Choices", ()):
        yield Edge(name, str(rule["Next"]), "choice", shortened(condition_text(rule)))
    if "Default" in state:
        yield Edge(name, str(state["Default"]), "default", "default")
    if "Next" in state:
        yield Edge(name, str(state["Next"]), "next")
    for catcher in state.get("Catch", ()):
        label = shortened(", ".join(map(str, catcher["ErrorEquals"])))
        yield Edge(name, str(catcher["Next"]), "catch", label)


def condition_text(rule: Mapping[str, Any]) -> str:
    """Write a choice rule as people would say it.

    Examples
    --------
    >>> condition_text({"Variable": "$.n", "NumericLessThan": 3, "Next": "A"})
    '$.n < 3'
    """
    if "Condition" in rule:
        return str(rule["Condition"]).removeprefix("{%").removesuffix("%}").strip()
    for name, word in (("And", " and "), ("Or", " or ")):
        if name in rule:
            return word.join(_inner(each) for each in rule[name])
    if "Not" in rule:
        return f"not {_inner(rule['Not'])}"
    variable = str(rule.get("Variable", ""))
    operator = next(
        (key for key in rule if key not in {"Variable", "Next", "Comment", "Assign", "Output"}), ""
    )
    value = rule.get(operator)
    if operator.startswith("Is"):
        verb = "is" if value is True else "is not"
        return f"{variable} {verb} {operator.removeprefix('Is').lower()}"
    comparison = operator.removesuffix("Path")
    for kind in ("String", "Numeric", "Boolean", "Timestamp"):
        comparison = comparison.removeprefix(kind)
    shown = f'"{value}"' if isinstance(value, str) and not operator.endswith("Path") else value
    shown = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else shown
    return f"{variable} {_OPERATORS.get(comparison, comparison)} {shown}"


def _inner(rule: Mapping[str, Any]) -> str:
    text = condition_text(rule)
    return f"({text})" if rule.keys() & {"And", "Or"} else text


def shortened(text: str) -> str:
    """Cut a text that is too long for a picture."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
