"""Amazon Resource Names of Step Functions: which kind a call takes, and what is in one.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Step
Functions", resource types.
"""

import re
from typing import Final

from sim.states_service.refusal import Refusal

_PARTS: Final = re.compile(
    r"arn:(?P<partition>aws[\w-]*):states:(?P<region>[\w-]+):(?P<account>\d{12})"
    r":(?P<kind>[A-Za-z]+):(?P<name>.+)",
    re.DOTALL,
)
_ROLE: Final = re.compile(r"arn:aws[\w-]*:iam::\d*:role/.+")


def name_in(arn: str, *kinds: str) -> str:
    """Return what comes behind the kind in an ARN that is of one of *kinds*.

    Parameters
    ----------
    arn
        As a call got it.
    kinds
        Such as `stateMachine`, `execution`, `express`, `activity`, `mapRun`.

    Raises
    ------
    Refusal
        `InvalidArn`.
    """
    if not arn.startswith("arn:"):
        raise Refusal("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    parts = _PARTS.fullmatch(arn)
    if parts is None:
        raise Refusal("InvalidArn", f"Invalid Arn: '{arn}'")
    if parts["kind"] not in kinds:
        reason = f"Resource type not valid in this context: {parts['kind']}"
        raise Refusal("InvalidArn", f"Invalid Arn: '{reason}'")
    return parts["name"]


def check_state_machine_arn(arn: str) -> None:
    """Refuse what names no state machine, or a Map state within one.

    Raises
    ------
    Refusal
        `InvalidArn`, `ValidationException`.
    """
    if "/" in name_in(arn, "stateMachine"):
        raise Refusal(
            "ValidationException",
            "The provided ARN is a qualified ARN of a Distributed Map state, which this API does "
            "not support",
            reason="API_DOES_NOT_SUPPORT_LABELED_ARNS",
        )


def check_role_arn(arn: str) -> None:
    """Refuse what is no IAM role's ARN with `InvalidArn`."""
    if not _ROLE.fullmatch(arn):
        raise Refusal("InvalidArn", f"Invalid Role Arn: '{arn}'")
