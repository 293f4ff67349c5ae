"""The activities of an account in a region: created, deleted, and the queues of their tasks."""

import itertools
import time
from dataclasses import dataclass
from typing import Final

from sim.states_service.names import check_name
from sim.states_service.refusal import Refusal
from statemachine import Activities

ACTIVITY_POLL_S: Final = 60.0
"""How long a worker's call waits for a task. Source: Step Functions API Reference,
GetActivityTask."""


@dataclass(frozen=True, slots=True)
class DeployedActivity:
    """An activity; `created_at` in epoch seconds, `number` its place among all created."""

    arn: str
    name: str
    created_at: float
    number: int


class DeployedActivities(Activities):
    """Activities that exist from their creation to their deletion.

    Parameters
    ----------
    prefix
        What their ARNs begin with, up to the account.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix
        self._by_arn: dict[str, DeployedActivity] = {}
        self._numbers = itertools.count(1)

    def exists(self, arn: str) -> bool:
        """Return whether tasks can be scheduled for an activity."""
        return arn in self._by_arn

    def create(self, name: str) -> DeployedActivity:
        """Create an activity, or return the one of that name.

        Raises
        ------
        Refusal
            `InvalidName`.
        """
        check_name(name)
        arn = f"{self._prefix}:activity:{name}"
        if arn not in self._by_arn:
            self._by_arn[arn] = DeployedActivity(arn, name, time.time(), next(self._numbers))
        return self._by_arn[arn]

    def get(self, arn: str) -> DeployedActivity:
        """Return an activity by ARN, or refuse with `ActivityDoesNotExist`."""
        activity = self._by_arn.get(arn)
        if activity is None:
            raise Refusal("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")
        return activity

    def delete(self, arn: str) -> None:
        """Delete an activity, if there is one; tasks that a worker has can still be ended."""
        self._by_arn.pop(arn, None)

    def listed(self) -> list[DeployedActivity]:
        """Return all, in the order they were created."""
        return list(self._by_arn.values())
