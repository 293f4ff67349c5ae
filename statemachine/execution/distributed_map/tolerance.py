"""How many failed items a distributed map says that it bears."""

from statemachine.definition.distributed_map import DistributedMode
from statemachine.errors import RUNTIME, StateFault
from statemachine.execution.jsonata_flow import wrong_type
from statemachine.execution.map_items import no_number
from statemachine.execution.visit import Visit
from statemachine.jsonata import Expression

_COUNT = "ToleratedFailureCount"
_PERCENTAGE = "ToleratedFailurePercentage"


def tolerated_count(mode: DistributedMode, visit: Visit) -> int | None:
    """Return ToleratedFailureCount; None if the state does not say it.

    Raises
    ------
    StateFault
        For a path or an expression to what is no whole number from 0.
    """
    given = mode.tolerated_failure_count
    if not isinstance(given, str):
        return visit.integer(given, _COUNT)
    value = visit.evaluated(given, _COUNT)
    if isinstance(value, bool) or not isinstance(value, int):
        raise StateFault(RUNTIME, no_number(given, value, _COUNT, "integer"))
    if value < 0:
        raise StateFault(RUNTIME, f"{_COUNT} cannot be negative.")
    return value


def tolerated_percentage(mode: DistributedMode, visit: Visit) -> float | None:
    """Return ToleratedFailurePercentage; None if the state does not say it.

    Raises
    ------
    StateFault
        For a path or an expression to what is no number from 0 to 100.
    """
    given = mode.tolerated_failure_percentage
    if given is None:
        return None
    value = visit.evaluated(given, _PERCENTAGE)
    if isinstance(value, bool) or not isinstance(value, int | float):
        if isinstance(given, Expression):
            raise wrong_type(value, given, _PERCENTAGE, "number")
        raise StateFault(RUNTIME, no_number(given, value, _PERCENTAGE, "float"))
    if not 0 <= value <= 100:
        raise StateFault(RUNTIME, f"{_PERCENTAGE} must be between 0 and 100.")
    return float(value)
