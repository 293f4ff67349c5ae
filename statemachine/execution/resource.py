"""What a Task state's `Resource` names, and which events its tasks have in the history."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from statemachine.execution.optimised_integrations import PATTERNS, SDK_PATTERNS

Events = Literal["LambdaFunction", "Activity", "Task"]

_ARN: Final = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+")
_FUNCTION: Final = re.compile(r"arn:[^:]+:lambda:[^:]+:[^:]+:function:[^:]+(:[^:]+)?")
_ACTIVITY: Final = re.compile(r"arn:[^:]+:states:[^:]+:[^:]+:activity:[^:]+")
_INTEGRATION: Final = re.compile(
    r"arn:[^:]+:states:[^:]*:[^:]*:(?P<service>aws-sdk:[a-z0-9]+|[a-z-]+):(?P<action>\w+)"
    r"(\.(?P<pattern>sync|sync:2|waitForTaskToken))?"
)
"""Regions and accounts are not looked at: definitions are also run that were never deployed."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A Lambda function, an activity, or an action of a service integration.

    Parameters
    ----------
    arn
        As the definition has it.
    events
        What the names of its events begin with.
    service, action
        Of an integration, else empty; `aws-sdk:s3` is a service.
    pattern
        `sync`, `sync:2`, `waitForTaskToken`, or nothing for request and response.
    """

    arn: str
    events: Events
    service: str = ""
    action: str = ""
    pattern: str = ""

    @property
    def details(self) -> Mapping[str, str]:
        """Return what all its events carry."""
        if not self.service:
            return {}
        action = f"{self.action}.{self.pattern}" if self.pattern else self.action
        return {"resourceType": self.service, "resource": action}

    @property
    def result_name(self) -> str:
        """Return what AWS calls the task in the cause for a result that is too large."""
        return self.service or self.arn


@lru_cache(maxsize=1024)
def resource_of(arn: str) -> Resource:
    """Return what an ARN names.

    Raises
    ------
    ValueError
        Says in AWS's words why no task can be made of it.
    """
    if _FUNCTION.fullmatch(arn):
        return Resource(arn, "LambdaFunction")
    if _ACTIVITY.fullmatch(arn):
        return Resource(arn, "Activity")
    integration = _INTEGRATION.fullmatch(arn)
    if integration is not None:
        service, action = integration["service"], integration["action"]
        pattern = integration["pattern"] or ""
        is_sdk = service.startswith("aws-sdk:")
        if pattern in (SDK_PATTERNS if is_sdk else PATTERNS.get((service, action), ())):
            return Resource(arn, "Task", service, action, pattern)
    if not _ARN.fullmatch(arn):
        raise ValueError("Value is not a valid resource ARN")
    raise ValueError(not_recognized(arn))


def not_recognized(arn: str) -> str:
    """Return AWS's words for an ARN that names nothing a task can be made of."""
    return (
        f"The resource provided {arn} is not recognized. The value is not a valid resource ARN, or "
        "the resource is not available in this region."
    )
