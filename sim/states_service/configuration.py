"""What a state machine is set to do beside its definition: logging, tracing, encryption.

Nothing is logged, traced to X-Ray or encrypted here. What asks for no more than that is kept and
shown again; what asks for more is refused by the name AWS has for a setting that it cannot apply.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.states_service.refusal import Refusal

_NO_LOGGING: Final = {"level": "OFF", "includeExecutionData": False}
"""Source: Step Functions API Reference, CreateStateMachine: "By default, the level is set to
OFF"."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings as the API shows them."""

    logging: Mapping[str, Any]
    tracing: Mapping[str, Any]
    encryption: Mapping[str, Any] | None = None

    def members(self) -> dict[str, Any]:
        """Return them as members of a response."""
        shown: dict[str, Any] = {
            "loggingConfiguration": dict(self.logging),
            "tracingConfiguration": dict(self.tracing),
        }
        if self.encryption is not None:
            shown["encryptionConfiguration"] = dict(self.encryption)
        return shown


PLAIN: Final = Configuration(_NO_LOGGING, {"enabled": False})
"""A state machine's settings unless it is given others."""


def changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a call gives, by the names of `Configuration`.

    Raises
    ------
    Refusal
        `InvalidLoggingConfiguration`, `InvalidEncryptionConfiguration`.
    """
    found: dict[str, Any] = {}
    if (logging := given.get("loggingConfiguration")) is not None:
        found["logging"] = _logging(logging)
    if (tracing := given.get("tracingConfiguration")) is not None:
        found["tracing"] = {"enabled": bool(tracing.get("enabled", False))}
    if (encryption := given.get("encryptionConfiguration")) is not None:
        found["encryption"] = _encryption(encryption)
    return found


def _logging(given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("level", "OFF") != "OFF":
        raise Refusal(
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: executions are not logged here; set the level to OFF "
            "and read GetExecutionHistory",
        )
    return {**_NO_LOGGING, **{name: value for name, value in given.items() if value is not None}}


def _encryption(given: Mapping[str, Any]) -> dict[str, Any]:
    if given["type"] != "AWS_OWNED_KEY":
        raise Refusal(
            "InvalidEncryptionConfiguration",
            "Invalid Encryption Configuration: there are no customer managed keys here; set the "
            "type to AWS_OWNED_KEY",
        )
    return {"type": "AWS_OWNED_KEY"}
