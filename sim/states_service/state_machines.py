"""A state machine as it was created."""

from dataclasses import dataclass

from statemachine import StateMachine


@dataclass(slots=True)
class DeployedStateMachine:
    """A state machine as created; `definition` is the text that was given."""

    arn: str
    name: str
    definition: str
    role_arn: str
    created_at: float
    parsed: StateMachine
