"""Definitions without a state machine: validated."""

from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.operations.call import Call
from sim.states_service.service import StatesService
from statemachine import Diagnostic

_MOST: Final = 100
"""Diagnostics in an answer, also for 0. Source: Step Functions API Reference,
ValidateStateMachineDefinition, "maxResults"."""


async def _validate(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    kind = given.get("type") or "STANDARD"
    _, diagnostics = await service.definitions.examine(given["definition"], kind)
    faulty = any(each.severity == "ERROR" for each in diagnostics)
    with_warnings = given.get("severity") == "WARNING"
    shown = [each for each in diagnostics if with_warnings or each.severity == "ERROR"]
    most = given.get("maxResults") or _MOST
    return {
        "result": "FAIL" if faulty else "OK",
        "diagnostics": [_members(each) for each in shown[:most]],
        "truncated": len(shown) > most,
    }


def _members(diagnostic: Diagnostic) -> dict[str, str]:
    members = {
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
    }
    if diagnostic.location:
        members["location"] = diagnostic.location
    return members


CALLS: Final[dict[str, Call]] = {"ValidateStateMachineDefinition": _validate}
