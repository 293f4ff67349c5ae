"""Amazon States Language: definitions, and an interpreter that runs them by the language's rules.

Pure language, without I/O of its own: the clock and the task invoker are handed in. The query
language is JSONPath.
"""

from statemachine.activities import Activities
from statemachine.callbacks import Callbacks
from statemachine.definition.parse import parse
from statemachine.definition.states import StateMachine
from statemachine.errors import (
    Diagnostic,
    ExecutionError,
    InvalidDefinition,
    StateMachineError,
    TaskFailed,
)
from statemachine.execution.context import ExecutionContext, ExecutionResult
from statemachine.history import History
from statemachine.interpreter import Interpreter
from statemachine.task import Submitted, TaskInvoker, TaskRequest

__all__ = [
    "Activities",
    "Callbacks",
    "Diagnostic",
    "ExecutionContext",
    "ExecutionError",
    "ExecutionResult",
    "History",
    "Interpreter",
    "InvalidDefinition",
    "StateMachine",
    "StateMachineError",
    "Submitted",
    "TaskFailed",
    "TaskInvoker",
    "TaskRequest",
    "parse",
]
