"""What a state's expressions can read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Scope:
    """The values that stand for names in a state's expressions.

    Parameters
    ----------
    data
        What `$` stands for in JSONPath.
    context
        The Context object: what `$$` stands for in JSONPath, and `$states.context` in JSONata.
    variables
        Values of the variables that can be seen here, by name without `$`.
    """

    data: Any
    context: Mapping[str, Any]
    variables: Mapping[str, Any] = field(default_factory=dict)
