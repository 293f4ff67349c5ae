"""What variables may be called, and in which scope.

Source: Step Functions Developer Guide, "Passing data between states with variables".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from statemachine.definition.fields import Fields
from statemachine.definition.findings import SCHEMA, Findings
from statemachine.definition.states import Map, State, StatesMap
from statemachine.definition.walk import inner_scopes
from statemachine.scope import ABSENT

_NAME: Final = re.compile(r"[^\W\d]\w*")
MAX_CHARACTERS: Final = 80
RESERVED: Final = "states"


def check_names(assigned: Mapping[str, Any], fields: Fields) -> None:
    """Report names of an Assign that no variable can have."""
    for key in assigned:
        name = key if fields.is_jsonata else key.removesuffix(".$")
        if name == RESERVED:
            problem = "The variable name 'states' is reserved."
        elif len(name) > MAX_CHARACTERS:
            problem = f"Variable name exceeds the maximum length of {MAX_CHARACTERS} characters."
        elif not _NAME.fullmatch(name):
            problem = (
                f"Variable name '{name}' must start with a letter and hold letters, digits and "
                "underscores only."
            )
        else:
            continue
        fields.report(problem, f"Assign/{key}")


def check_scopes(
    top: StatesMap, findings: Findings, location: str = "", outer: frozenset[str] = frozenset()
) -> None:
    """Report what an inner scope assigns although an outer one does so too."""
    own = {
        name: f"{location}/States/{state_name}{where}"
        for state_name, state in top.states.items()
        for name, where in _assigned(state)
    }
    for name in sorted(own.keys() & outer):
        findings.add(SCHEMA, own[name], f"Variable '{name}' is already assigned in an outer scope.")
    seen = outer | own.keys()
    for state_name, state in top.states.items():
        # Child executions of a distributed map see nothing of the outer scopes.
        is_apart = isinstance(state, Map) and state.distributed is not None
        for where, inner in inner_scopes(state, f"{location}/States/{state_name}"):
            check_scopes(inner, findings, where, frozenset() if is_apart else seen)


def _assigned(state: State) -> Iterator[tuple[str, str]]:
    """Return the variables that a state assigns, each with where it does so."""
    assigns = [("", state.flow.assign)]
    for field in ("rules", "catchers"):
        word = "Choices" if field == "rules" else "Catch"
        for place, entry in enumerate(getattr(state, field, ())):
            assigns.append((f"/{word}[{place}]", entry.assign))
    for where, assign in assigns:
        if assign is not ABSENT:
            for key in assign:
                yield key.removesuffix(".$"), f"{where}/Assign/{key}"
