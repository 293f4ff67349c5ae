"""What is yet to happen: a binary heap by time, and in order of entry where times are equal."""

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.records import Scalar, World


@compiled
def schedule(world: World, time_s: Scalar, who: Scalar) -> None:
    """Let *who*, a token or a timer, act at a time."""
    clock, heap = world.clock[0], world.heap
    key = (clock.sequence << codes.TOKEN_BITS) | who
    clock.sequence += 1
    at = clock.heap
    clock.heap += 1
    while at > 0:
        parent = (at - 1) >> 1
        above = heap[parent]
        if above.time_s <= time_s:  # the key is larger than all in the heap
            break
        heap[at].time_s = above.time_s
        heap[at].key = above.key
        at = parent
    heap[at].time_s = time_s
    heap[at].key = key


@compiled
def take_next(world: World) -> Scalar:
    """Remove the first event, and return whose it is."""
    clock, heap = world.clock[0], world.heap
    first = heap[0].key
    clock.heap -= 1
    size = clock.heap
    time_s, key = heap[size].time_s, heap[size].key
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size:
            left, right = heap[child], heap[child + 1]
            if right.time_s < left.time_s or (right.time_s == left.time_s and right.key < left.key):
                child += 1
        below = heap[child]
        if time_s < below.time_s or (time_s == below.time_s and key < below.key):
            break
        heap[at].time_s = below.time_s
        heap[at].key = below.key
        at = child
    heap[at].time_s = time_s
    heap[at].key = key
    return first & codes.TOKEN_MASK
