"""Definitions that the tests of this room run and draw."""

from typing import Any

SNS = "arn:aws:states:::sns:publish"


def machine(start: str, **states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": start, "States": states}


def task(following: str | None = None, **fields: Any) -> dict[str, Any]:
    ending = {"Next": following} if following else {"End": True}
    return {"Type": "Task", "Resource": SNS, "Parameters": {"Message": "m"}, **ending, **fields}


def passing(following: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", **({"Next": following} if following else {"End": True}), **fields}


ORDER = machine(
    "Check",
    Check={
        "Type": "Choice",
        "Choices": [{"Variable": "$.urgent", "BooleanEquals": True, "Next": "Ship"}],
        "Default": "Rest",
    },
    Rest={"Type": "Wait", "Seconds": 3600, "Next": "Ship"},
    Ship={
        "Type": "Parallel",
        "Branches": [
            machine("Pack", Pack=passing("Label"), Label=passing()),
            machine(
                "Pay",
                Pay=task(
                    Retry=[{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2}],
                    ResultPath="$.paid",
                ),
            ),
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Apologise"}],
        "ResultPath": "$.shipped",
        "Next": "Each",
    },
    Each={
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemProcessor": machine("Tell", Tell=passing()),
        "Next": "Done",
    },
    Done={"Type": "Succeed"},
    Apologise={"Type": "Fail", "Error": "NotShipped", "Cause": "sorry"},
)
"""Has every kind of state, a wait of an hour, a retry and a catcher."""
