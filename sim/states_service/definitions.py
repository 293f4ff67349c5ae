"""Definitions as calls give them: read, or refused with every fault."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sim.states_service.integrations.definition_faults import integration_faults
from sim.states_service.refusal import Refusal
from statemachine import Diagnostic, InvalidDefinition, StateMachine
from statemachine.definition.parse import examine

_AT_ONCE_BYTES: Final = 16_384
"""A definition of this size is read within milliseconds; a larger one is read in a thread, so that
other calls are answered meanwhile."""

Examined = tuple[StateMachine | None, tuple[Diagnostic, ...]]
"""What is in a definition, if it is one, and what there is to say of it."""


def examined(text: str, kind: str) -> Examined:
    """Read a definition of a `STANDARD` or `EXPRESS` state machine."""
    machine, diagnostics = examine(text, express=kind == "EXPRESS")
    if machine is None:
        return machine, diagnostics
    return machine, diagnostics + integration_faults(machine)


def invalid_definition(faults: tuple[Diagnostic, ...]) -> Refusal:
    """Return the refusal of a definition with faults."""
    reason = InvalidDefinition(faults)
    return Refusal("InvalidDefinition", f"Invalid State Machine Definition: '{reason}'")


def read_definition(text: str, kind: str) -> StateMachine:
    """Return what is in a definition of a `STANDARD` or `EXPRESS` state machine.

    Raises
    ------
    Refusal
        `InvalidDefinition` with every fault.
    """
    return _without_faults(examined(text, kind))


def _without_faults(found: Examined) -> StateMachine:
    machine, diagnostics = found
    faults = tuple(each for each in diagnostics if each.severity == "ERROR")
    if faults or machine is None:
        raise invalid_definition(faults)
    return machine


class DefinitionReader:
    """Reads definitions of any size without keeping others waiting: large ones one at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="definition")

    async def examine(self, text: str, kind: str) -> Examined:
        """Return what is in a definition, and what there is to say of it."""
        if len(text) <= _AT_ONCE_BYTES:
            return examined(text, kind)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, examined, text, kind)

    async def read(self, text: str, kind: str) -> StateMachine:
        """Return what is in a definition.

        Raises
        ------
        Refusal
            `InvalidDefinition`.
        """
        return _without_faults(await self.examine(text, kind))

    def close(self) -> None:
        """Read no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
