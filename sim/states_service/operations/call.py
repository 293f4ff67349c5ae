"""The shape of every operation: its service and its arguments in, its answer out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sim.states_service.service import StatesService

Call = Callable[[StatesService, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""An operation of the API: it gets the request's members and returns those of the response.

Times in a response are in seconds since the epoch. A `Refusal` is answered as an error.
"""
