"""Memory: values in the order in which they were stored, their expiry and their eviction."""

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.events import schedule
from sim.capacity.network.kernel.line import join_line, leave_line, touch
from sim.capacity.network.kernel.records import Scalar, World
from sim.capacity.network.kernel.room import add_newest, remove_entry


@compiled
def expire(world: World, number: Scalar, now_s: Scalar) -> None:
    """Remove the values whose time to live is over by now, each at its own time."""
    memory = world.resources[number]
    while memory.oldest >= 0:
        ends_s = world.entries[memory.oldest].time_s + memory.expiry_s
        if ends_s > now_s:
            return
        memory.expiries += 1
        _drop(world, number, memory.oldest, ends_s)


@compiled
def value_bytes(world: World, number: Scalar, token: Scalar) -> Scalar:
    """Return how many bytes the value that a token is about to store takes."""
    record = world.tokens[token]
    body_bytes = world.slots[record.slot].bytes
    return (
        int(body_bytes * world.steps[record.step].amount) + world.resources[number].overhead_bytes
    )


@compiled
def store(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> Scalar:
    """Store a token's value where there is, or can be made, room; return whether it was."""
    memory = world.resources[number]
    size = value_bytes(world, number, token)
    if memory.evicts == 1:
        if size > memory.capacity:
            return False
        while memory.busy + size > memory.capacity:
            memory.evictions += 1
            _drop(world, number, memory.oldest, now_s)
    elif memory.waiting > 0 or memory.busy + size > memory.capacity:
        return False
    _put(world, number, token, size, now_s)
    return True


@compiled
def wait_for_room(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> None:
    """Put a token in line, and set the timer for the next expiry."""
    join_line(world, number, token, now_s)
    _set_timer(world, number)


@compiled
def remove_value(world: World, number: Scalar, value: Scalar, now_s: Scalar) -> None:
    """Free a message's value, if it is there; who waits for room gets it."""
    if world.values[value] >= 0:
        _drop(world, number, world.values[value], now_s)
        store_waiting(world, number, now_s)


@compiled
def store_waiting(world: World, number: Scalar, now_s: Scalar) -> None:
    """Store the values of those in line for which there is room."""
    memory = world.resources[number]
    while memory.waiting > 0:
        size = value_bytes(world, number, memory.head)
        if memory.busy + size > memory.capacity:
            break
        token = leave_line(world, number, now_s)
        _put(world, number, token, size, now_s)
        world.tokens[token].step += 1
        world.tokens[token].tries = 0
        schedule(world, now_s, token)
    _set_timer(world, number)


@compiled
def on_memory_timer(world: World, number: Scalar, now_s: Scalar) -> None:
    """Let who waits for room have that of the values that have expired."""
    world.resources[number].timer = 0
    expire(world, number, now_s)
    store_waiting(world, number, now_s)


@compiled
def _put(world: World, number: Scalar, token: Scalar, size: Scalar, now_s: Scalar) -> None:
    memory, record = world.resources[number], world.tokens[token]
    touch(world, number, now_s)
    entry = add_newest(world, number, now_s)
    owner = record.slot * world.clock[0].values + world.steps[record.step].value
    world.entries[entry].bytes = size
    world.entries[entry].owner = owner
    world.values[owner] = entry
    memory.busy += size
    memory.busy_max = max(memory.busy_max, memory.busy)
    memory.stored_bytes += size


@compiled
def _drop(world: World, number: Scalar, entry: Scalar, now_s: Scalar) -> None:
    memory = world.resources[number]
    touch(world, number, now_s)
    memory.busy -= world.entries[entry].bytes
    owner = world.entries[entry].owner
    if owner >= 0:
        world.values[owner] = codes.GONE
    remove_entry(world, number, entry)


@compiled
def _set_timer(world: World, number: Scalar) -> None:
    memory = world.resources[number]
    if memory.waiting > 0 and memory.timer == 0 and memory.oldest >= 0:
        ends_s = world.entries[memory.oldest].time_s + memory.expiry_s
        if ends_s < float("inf"):
            memory.timer = 1
            schedule(world, ends_s, codes.FIRST_TIMER + number)
