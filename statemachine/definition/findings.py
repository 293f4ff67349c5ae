"""Collects what is wrong with a definition."""

from typing import Final

from statemachine.errors import Diagnostic

SCHEMA: Final = "SCHEMA_VALIDATION_FAILED"
"""Most faults' code. Source of all codes: Step Functions API Reference,
ValidateStateMachineDefinitionDiagnostic."""


class Findings:
    """Diagnostics of one definition, in the order they were found.

    Parameters
    ----------
    machine_language
        Query language of states that say nothing of it.
    """

    def __init__(self, machine_language: str) -> None:
        self.machine_language = machine_language
        self.diagnostics: list[Diagnostic] = []

    def add(
        self, code: str, location: str, message: str, *, place: str = "", reason: str = ""
    ) -> None:
        """Note a fault, with a nearer *place* and more of a *reason* than AWS gives."""
        self.diagnostics.append(
            Diagnostic(code, location or "/", message, place=place, reason=reason)
        )

    def add_nowhere(self, code: str, message: str) -> None:
        """Note a fault of the whole, for which AWS gives no place."""
        self.diagnostics.append(Diagnostic(code, "", message))

    def warn(self, code: str, location: str, message: str) -> None:
        """Note what is allowed but hardly meant."""
        self.diagnostics.append(Diagnostic(code, location, message, severity="WARNING"))
