"""More room for the kernel's world, where it has run out."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.records import World

Scalar = TypeVar("Scalar", bound=np.generic)


def grown(world: World, state: int) -> World:
    """Return the world with twice the room of what *state* says there is too little of."""
    clock = world.clock[0]
    if state == codes.NEEDS_TOKENS:
        room = 2 * len(world.tokens)
        clock["spare_tokens"] += room - len(world.tokens)
        heap = _longer(world.heap, room + len(world.resources))
        return world._replace(tokens=_longer(world.tokens, room), heap=heap)
    if state == codes.NEEDS_SLOTS:
        room = 2 * len(world.slots)
        clock["spare_slots"] += room - len(world.slots)
        return world._replace(
            slots=_longer(world.slots, room),
            holds=_longer(world.holds, room * int(clock["holds"])),
            values=_longer(world.values, room * int(clock["values"])),
        )
    if state == codes.NEEDS_ENTRIES:
        room = 2 * len(world.entries)
        clock["spare_entries"] += room - len(world.entries)
        return world._replace(entries=_longer(world.entries, room))
    if state == codes.NEEDS_ROWS:
        room = 2 * len(world.rows)
        return world._replace(
            rows=_longer(world.rows, room), row_ends_s=_longer(world.row_ends_s, room)
        )
    return world


def _longer(array: NDArray[Scalar], length: int) -> NDArray[Scalar]:
    longer = np.empty((length, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer
