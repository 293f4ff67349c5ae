"""Amazon States Language: definitions, and an interpreter that runs them by the language's rules.

Pure language, without I/O of its own: the clock, randomness and the task invoker are handed in. The
query languages are JSONPath and JSONata.

>>> result = await Interpreter(definition, invoker).run({"order": 1})  # doctest: +SKIP
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
from statemachine.task import Submitted, TaskInvoker, TaskRequest

__all__ = [
    "Activities",
    "AsyncioClock",
    "Callbacks",
    "Clock",
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
    "VirtualClock",
    "examine",
    "parse",
]
