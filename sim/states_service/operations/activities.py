"""Activities: created, described, listed, deleted; and the tasks that workers ask for."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.activities import DeployedActivity
from sim.states_service.arn import name_in
from sim.states_service.operations.call import CONNECTED, Call
from sim.states_service.page import page, with_token
from sim.states_service.service import StatesService
from statemachine.history import json_text

_LOOK_S: Final = 1.0
"""How often a worker that waits is looked after: one that has gone gets no task."""


async def _create_activity(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    activity = service.activities.create(given["name"])
    return {"activityArn": activity.arn, "creationDate": activity.created_at}


async def _describe_activity(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    name_in(given["activityArn"], "activity")
    return _listed(service.activities.get(given["activityArn"]))


async def _list_activities(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    found, token = page(service.activities.listed(), given, lambda activity: activity.number)
    return with_token({"activities": [_listed(activity) for activity in found]}, token)


async def _delete_activity(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    name_in(given["activityArn"], "activity")
    service.activities.delete(given["activityArn"])
    return {}


async def _get_activity_task(service: StatesService, given: Mapping[str, Any]) -> dict[str, Any]:
    arn = given["activityArn"]
    name_in(arn, "activity")
    service.activities.get(arn)
    activities, connected = service.activities, CONNECTED.get()
    ends_s = time.monotonic() + service.activity_poll_s
    while connected() and (left_s := ends_s - time.monotonic()) > 0:
        try:
            scheduled = await asyncio.wait_for(activities.take(arn), min(left_s, _LOOK_S))
        except TimeoutError:
            continue
        if connected():
            scheduled.start(given.get("workerName"))
            return {
                "taskToken": scheduled.task.token,
                "input": json_text(scheduled.parameters),
            }
        activities.put_back(arn, scheduled)
    return {"taskToken": None, "input": None}


def _listed(activity: DeployedActivity) -> dict[str, Any]:
    return {
        "activityArn": activity.arn,
        "name": activity.name,
        "creationDate": activity.created_at,
    }


CALLS: Final[dict[str, Call]] = {
    "CreateActivity": _create_activity,
    "DeleteActivity": _delete_activity,
    "DescribeActivity": _describe_activity,
    "GetActivityTask": _get_activity_task,
    "ListActivities": _list_activities,
}
