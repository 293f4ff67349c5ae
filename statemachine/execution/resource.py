"""What a Task state's `Resource` names, and which events its tasks have in the history."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_FUNCTION: Final = re.compile(r"arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:.+")
_INTEGRATION: Final = re.compile(
    r"arn:aws[\w-]*:states:[\w-]*:\d*:(?P<service>aws-sdk:\w+|[\w-]+):(?P<action>\w+)"
    r"(?P<pattern>\.\S+)?"
)
_ACTIVITY: Final = re.compile(r"arn:aws[\w-]*:states:[\w-]+:\d*:activity:.*")
_PATTERNS: Final[Mapping[str, str]] = {
    ".sync": "tasks do not wait for a job; poll it with Wait and Choice",
    ".sync:2": "tasks do not wait for a job; poll it with Wait and Choice",
    ".waitForTaskToken": "there are no task tokens; poll with Wait and Choice",
}
"""Patterns of service integrations beside request-response, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A Lambda function, or an action of a service integration.

    Parameters
    ----------
    events
        What the names of its events begin with: `LambdaFunction` or `Task`.
    details
        What all its events carry.
    """

    events: str
    details: Mapping[str, str]


@lru_cache(maxsize=1024)
def resource_of(arn: str) -> Resource:
    """Return what an ARN names.

    Raises
    ------
    ValueError
        Says why no task can be made of it.
    """
    if _FUNCTION.fullmatch(arn):
        return Resource("LambdaFunction", {})
    integration = _INTEGRATION.fullmatch(arn)
    if _ACTIVITY.fullmatch(arn):
        raise ValueError("there are no activities; use lambda:invoke")
    if integration is None:
        raise ValueError(
            "it is neither a Lambda function's ARN nor a service integration's, such as "
            "arn:aws:states:::sns:publish"
        )
    if integration["pattern"]:
        raise ValueError(_PATTERNS.get(integration["pattern"], "there is no such pattern"))
    details = {"resourceType": integration["service"], "resource": integration["action"]}
    return Resource("Task", details)
