"""What a state's expressions can read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""Stands where there is no value, since null is one."""


@dataclass(slots=True)
class Scope:
    """The values that stand for names in a state's expressions.

    It is not changed once it is made; not frozen, since that makes each of many take longer.

    Parameters
    ----------
    data
        What `$` stands for in JSONPath, and `$states.input` in JSONata.
    context
        The Context object: what `$$` stands for in JSONPath, and `$states.context` in JSONata.
    variables
        Values of the variables that can be seen here, by name without `$`.
    result
        What `$states.result` stands for in JSONata; absent until the state has one.
    error_output
        What `$states.errorOutput` stands for in JSONata; absent outside of a catcher.
    """

    data: Any
    context: Mapping[str, Any]
    variables: Mapping[str, Any] = field(default_factory=dict)
    result: Any = ABSENT
    error_output: Any = ABSENT

    def of(self, data: Any) -> "Scope":
        """Return the same scope on other data: what `$` stands for then."""
        return Scope(data, self.context, self.variables, self.result, self.error_output)

    def bindings(self) -> dict[str, Any]:
        """Return what a JSONata expression sees, by name without `$`."""
        states = {"input": self.data, "context": self.context}
        if self.result is not ABSENT:
            states["result"] = self.result
        if self.error_output is not ABSENT:
            states["errorOutput"] = self.error_output
        return {**self.variables, "states": states}


Fill = Callable[[Any, Scope, str], Any]
"""Fills a template by a scope; it is told the field that the template stands in."""
