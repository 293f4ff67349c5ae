"""The shape of every operation: its service and its arguments in, its answer out."""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

from sim.states_service.service import StatesService

Call = Callable[[StatesService, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""An operation of the API: it gets the request's members and returns those of the response.

Times in a response are in seconds since the epoch. A `Refusal` is answered as an error.
"""

CONNECTED: Final[ContextVar[Callable[[], bool]]] = ContextVar("connected", default=lambda: True)
"""Tells an operation that waits whether the caller is still there to be answered."""
