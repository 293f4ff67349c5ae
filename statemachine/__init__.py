"""Amazon States Language: definitions, and an interpreter that runs them by the language's rules.

Pure language, without I/O of its own: the clock, randomness, the task invoker and the object
storage are handed in. The query languages are JSONPath and JSONata.
"""

from statemachine.activities import Activities
from statemachine.callbacks import Callbacks
from statemachine.clock import AsyncioClock, Clock, VirtualClock
from statemachine.definition.parse import examine, parse
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
from statemachine.map_run import ChildExecution, MapRun, MapRuns
from statemachine.storage import ObjectStorage, ObjectWriter, StorageError, StoredObject
from statemachine.task import JsonAnswer, Submitted, TaskInvoker, TaskRequest

__all__ = [
    "Activities",
    "AsyncioClock",
    "Callbacks",
    "ChildExecution",
    "Clock",
    "Diagnostic",
    "ExecutionContext",
    "ExecutionError",
    "ExecutionResult",
    "History",
    "Interpreter",
    "InvalidDefinition",
    "JsonAnswer",
    "MapRun",
    "MapRuns",
    "ObjectStorage",
    "ObjectWriter",
    "StateMachine",
    "StateMachineError",
    "StorageError",
    "StoredObject",
    "Submitted",
    "TaskFailed",
    "TaskInvoker",
    "TaskRequest",
    "VirtualClock",
    "examine",
    "parse",
]
