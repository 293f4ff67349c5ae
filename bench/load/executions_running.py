"""Asks Step Functions whether what a block has started goes on."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bench.load.errors import PlanNotCarriedOutError


def executions_running(stepfunctions: Any, state_machine_arn: str) -> bool:
    """Tell whether any execution of the state machine runs (one ListExecutions call).

    Raises
    ------
    PlanNotCarriedOutError
        If Step Functions cannot be asked.
    """
    try:
        answer = stepfunctions.list_executions(
            stateMachineArn=state_machine_arn, statusFilter="RUNNING", maxResults=1
        )
    except (ClientError, BotoCoreError) as error:
        raise PlanNotCarriedOutError(
            f"whether executions still run cannot be told: {error}; is the stack still up?"
        ) from error
    return bool(answer["executions"])
