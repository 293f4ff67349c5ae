"""Goes through all states of a state machine, those within others too."""

from collections.abc import Iterator

from statemachine.definition.states import Map, Parallel, State, StatesMap

Scopes = list[tuple[str, StatesMap]]


def walk(scope: StatesMap, location: str = "") -> Iterator[tuple[str, str, State]]:
    """Yield each state with its location and its name, an outer one before those within it."""
    for name, state in scope.states.items():
        where = f"{location}/States/{name}"
        yield where, name, state
        for inner_location, inner in inner_scopes(state, where):
            yield from walk(inner, inner_location)


def inner_scopes(state: State, location: str) -> Scopes:
    """Return the scopes within a state, each with its location."""
    if isinstance(state, Parallel):
        return [
            (f"{location}/Branches[{place}]", branch) for place, branch in enumerate(state.branches)
        ]
    if isinstance(state, Map):
        return [(f"{location}/ItemProcessor", state.processor)]
    return []
