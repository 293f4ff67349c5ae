"""Definitions as calls give them: read, or refused with every fault."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sim.states_service.refusal import Refusal
from statemachine import InvalidDefinition, StateMachine, parse

_AT_ONCE_BYTES: Final = 16_384
"""A definition of this size is read within milliseconds; a larger one is read in a thread, so that
other calls are answered meanwhile."""


def read_definition(text: str) -> StateMachine:
    """Return what is in a definition.

    Raises
    ------
    Refusal
        `InvalidDefinition` with every diagnostic.
    """
    try:
        return parse(text)
    except InvalidDefinition as error:
        raise Refusal("InvalidDefinition", f"Invalid State Machine Definition: '{error}'") from (
            error
        )


class DefinitionReader:
    """Reads definitions of any size without keeping others waiting: large ones one at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="definition")

    async def read(self, text: str) -> StateMachine:
        """Return what is in a definition.

        Raises
        ------
        Refusal
            `InvalidDefinition`.
        """
        if len(text) <= _AT_ONCE_BYTES:
            return read_definition(text)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, read_definition, text)

    def close(self) -> None:
        """Read no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
