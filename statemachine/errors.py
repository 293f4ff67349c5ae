"""The exception tree of `statemachine`.

StateMachineError
├── InvalidDefinition     the definition breaks the language's rules; carries every diagnostic
└── ExecutionError        an error name and a cause, which Retry and Catch go by
    ├── FatalError        ends the whole execution: `States.Runtime`
    ├── StateFault        the interpreter could not carry a state out
    │   └── QueryEvaluationError  a JSONata expression has no value, or not the one that is needed
    └── TaskFailed        raised by a task invoker
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

RUNTIME: Final = "States.Runtime"
DATA_LIMIT_EXCEEDED: Final = "States.DataLimitExceeded"
TIMEOUT: Final = "States.Timeout"
HEARTBEAT_TIMEOUT: Final = "States.HeartbeatTimeout"
RESULT_PATH_MATCH_FAILURE: Final = "States.ResultPathMatchFailure"
QUERY_EVALUATION_ERROR: Final = "States.QueryEvaluationError"
INTRINSIC_FAILURE: Final = "States.IntrinsicFailure"
ITEM_READER_FAILED: Final = "States.ItemReaderFailed"
RESULT_WRITER_FAILED: Final = "States.ResultWriterFailed"
EXCEED_TOLERATED_FAILURE_THRESHOLD: Final = "States.ExceedToleratedFailureThreshold"
"""Reserved error names. Source: Step Functions Developer Guide, "Handling errors in Step Functions
workflows", error names."""


class StateMachineError(Exception):
    """Base of everything that this package raises."""


class Diagnostic(NamedTuple):
    """One fault of a definition, as ValidateStateMachineDefinition words it.

    `location` points into the definition, such as `/States/A/Retry[0]`, and is empty where AWS
    gives none; `severity` is `ERROR` or `WARNING`. `place` is a nearer place than the one that AWS
    names, if there is one.
    """

    code: str
    location: str
    message: str
    severity: str = "ERROR"
    place: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Return it as CreateStateMachine's error message has it."""
        return f"{self.code}: {self.message} at {self.location or 'null'}"


class InvalidDefinition(StateMachineError):
    """A definition breaks the language's rules.

    Parameters
    ----------
    diagnostics
        All faults that were found.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(", ".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class ExecutionError(StateMachineError):
    """A state failed.

    Parameters
    ----------
    error
        Name that Retry and Catch match, such as `States.Runtime`.
    cause
        Text for people.
    """

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}" if cause else error)
        self.error = error
        self.cause = cause
        self.last_event_id: int | None = None
        """Last event of the branch in which a fatal error came up."""

    @property
    def names(self) -> tuple[str, ...]:
        """What Retry and Catch know it by."""
        return (self.error,)

    @property
    def is_fatal(self) -> bool:
        """Whether it ends the whole execution at once, from within branches too."""
        return False


class FatalError(ExecutionError):
    """Ends the whole execution: nothing retries or catches it, and no branch is closed for it.

    Source: Step Functions Developer Guide, "Handling errors in Step Functions workflows",
    States.Runtime.
    """

    @property
    def is_fatal(self) -> bool:
        """Return True."""
        return True


class LifetimeOver(FatalError):
    """An execution has lasted until time itself has no more names: it is timed out."""

    def __init__(self) -> None:
        super().__init__(TIMEOUT)


class StateFault(ExecutionError):
    """A state's data or definition does not let it be carried out; `cause` does not name it yet."""

    def located(self, state_name: str, entered_id: int) -> ExecutionError:
        """Return it as an error whose cause names the state, in AWS's words."""
        where = f"the state '{state_name}' (entered at the event id #{entered_id})"
        kind = FatalError if self.error == RUNTIME else ExecutionError
        return kind(self.error, f"An error occurred while executing {where}. {self.cause}")


class QueryEvaluationError(StateFault):
    """A JSONata expression failed; AWS writes an EvaluationFailed event of its own for it.

    Parameters
    ----------
    cause
        In AWS's words, without the state's name.
    location
        The field of the state that holds the expression, such as `Arguments/Payload`.
    """

    def __init__(self, cause: str, location: str = "") -> None:
        super().__init__(QUERY_EVALUATION_ERROR, cause)
        self.location = location


class TaskFailed(ExecutionError):
    """What a task invoker raises when the task fails."""
