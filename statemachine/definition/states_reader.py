"""Reads states that belong together, and where they lead.

Transitions stay within one scope: the state machine's, a branch's or a processor's.
"""

from typing import Any, Final

from statemachine.definition.fields import Fields
from statemachine.definition.findings import Findings
from statemachine.definition.state_reader import read_state
from statemachine.definition.states import Choice, Fail, StatesMap, Succeed
from statemachine.definition.walk import walk

TARGET: Final = "MISSING_TRANSITION_TARGET"
END: Final = "MISSING_END_STATE"
MAX_NESTING: Final = 50
"""Scopes within scopes. AWS's own bound is not published; this one keeps what a definition costs to
read within what Python's stack holds."""


def read_states(fields: Fields) -> StatesMap:
    """Read `StartAt` and `States`, and check the transitions."""
    fields.required("StartAt", "States")
    start = fields.text("StartAt") or ""
    if not fields.has("States"):
        return StatesMap(start, {})
    states_fields = fields.object("States")
    states = {}
    if states_fields.location.count("/States/") >= MAX_NESTING:
        states_fields.report("The states are nested too deeply.", code="TOO_DEEPLY_NESTED")
        return StatesMap(start, {})
    for name in states_fields.keys():  # noqa: SIM118 - of a reader, not of a dict
        if not 0 < len(name) <= 80:
            states_fields.report(
                "State name must have 1 to 80 characters.", name, "INVALID_STATE_NAME"
            )
        state = read_state(states_fields.object(name), read_states)
        if state is not None:
            states[name] = state
    known = set(states_fields.keys())
    if known:
        _check_targets(fields, states_fields, states, start, known)
    else:
        states_fields.report("Value must hold at least one state.")
    return StatesMap(start, states)


def _check_targets(
    fields: Fields, states_fields: Fields, states: dict[str, Any], start: str, known: set[str]
) -> None:
    if start and start not in known:
        fields.report(f"Missing 'Next' target: {start}", "StartAt", TARGET)
    for name, state in states.items():
        for where, target in targets(state):
            if target not in known:
                states_fields.report(f"Missing 'Next' target: {target}", f"{name}{where}", TARGET)
    if states.keys() == known and not any(_ends(state) for state in states.values()):
        # AWS says nothing of states that cannot be reached then.
        fields.findings.add_nowhere(END, "Workflow has no terminal state")
        return
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in reached or name not in known:
            continue
        reached.add(name)
        if name not in states:
            return  # its own faults are reported; where it leads is not known
        ahead += [target for _, target in targets(states[name])]
    if start in known:
        for name in states_fields.keys():  # noqa: SIM118 - of a reader, not of a dict
            if name not in reached:
                states_fields.report(f'State "{name}" is not reachable.', name, TARGET)


def _ends(state: Any) -> bool:
    if isinstance(state, Succeed | Fail):
        return True
    return not isinstance(state, Choice) and state.next is None


def check_names(top: StatesMap, findings: Findings) -> None:
    """Report a name that another scope has: they are unique within the whole state machine."""
    seen: set[str] = set()
    for where, name, _ in walk(top):
        if name in seen:
            findings.add("DUPLICATE_STATE_NAME", where, f"Duplicate State name: {name}")
        seen.add(name)


def targets(state: Any) -> list[tuple[str, str]]:
    """Return the states that a state leads to, each with where it says so."""
    found: list[tuple[str, str]] = []
    if isinstance(state, Choice):
        found += [(f"/Choices[{i}]/Next", rule.next) for i, rule in enumerate(state.rules)]
        if state.default is not None:
            found.append(("/Default", state.default))
    if getattr(state, "next", None) is not None:
        found.append(("/Next", state.next))
    for place, catcher in enumerate(getattr(state, "catchers", ())):
        found.append((f"/Catch[{place}]/Next", catcher.next))
    return found
