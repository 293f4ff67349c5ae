"""How far a walk through states has come: what a redrive goes on from.

Kept up to date while the states run, so that it is right however they end. Source: Step Functions
Developer Guide, "Restarting state machine executions with redrive in Step Functions".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(slots=True)
class Progress:
    """The place of one walk: a state machine's, a branch's or an iteration's.

    Parameters
    ----------
    state, data, variables
        The state that it is in, with its raw input and the variables before it; None before the
        first.
    entered_id
        Of the event by which that state was entered; 0 before it.
    last_id
        Of the walk's last event when it broke off.
    is_begun
        Whether the iteration's start is in the history.
    has_ended, output
        Whether it has come to its end, and with what.
    branches
        Of the Parallel or Map state that it is in, by their place; None if there are none.
    """

    state: str | None = None
    data: Any = None
    variables: Mapping[str, Any] | None = None
    entered_id: int = 0
    last_id: int = 0
    is_begun: bool = False
    has_ended: bool = False
    output: Any = None
    branches: "dict[int, Progress] | None" = None

    def enter(self, state: str, data: Any, variables: Mapping[str, Any]) -> None:
        """Note the state that comes next; its branches are yet to come."""
        self.state, self.data, self.variables = state, data, variables
        self.entered_id = 0
        self.branches = None

    def end(self, output: Any) -> None:
        """Note that the walk is over; where it was does not matter any more."""
        self.has_ended, self.output = True, output
        self.data = self.variables = self.branches = None

    def branch(self, place: int) -> "Progress":
        """Return the progress of a branch of the state, or of an iteration."""
        if self.branches is None:
            self.branches = {}
        return self.branches.setdefault(place, Progress())

    def resumes(self, count: int) -> bool:
        """Return whether some of the state's *count* branches are to go on from where they were.

        When all have ended, the state has failed by itself, and runs anew.
        """
        branches = self.branches or {}
        if len(branches) == count and all(each.has_ended for each in branches.values()):
            self.branches = None
        return bool(self.branches)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON value that `from_json` reads."""
        value: dict[str, Any] = {
            name: getattr(self, name)
            for name, default in _DEFAULTS.items()
            if getattr(self, name) != default
        }
        if self.branches:
            value["branches"] = {
                str(place): branch.to_json() for place, branch in self.branches.items()
            }
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Progress":
        """Return the progress that a JSON value was made of."""
        members = {name: value[name] for name in _DEFAULTS if name in value}
        found = cls(**members)
        if "branches" in value:
            found.branches = {
                int(place): cls.from_json(branch) for place, branch in value["branches"].items()
            }
        return found


_DEFAULTS: Final[Mapping[str, Any]] = {
    "state": None,
    "data": None,
    "variables": None,
    "entered_id": 0,
    "last_id": 0,
    "is_begun": False,
    "has_ended": False,
    "output": None,
}
