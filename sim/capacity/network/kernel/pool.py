"""Pools of execution environments, and the concurrency that those without a reservation share."""

import math

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.bucket import fill
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.events import schedule
from sim.capacity.network.kernel.line import join_line, leave_line, touch
from sim.capacity.network.kernel.records import Scalar, World
from sim.capacity.network.kernel.room import add_newest, remove_entry
from sim.capacity.network.kernel.station import step_time_s


@compiled
def end_idle(world: World, number: Scalar, now_s: Scalar) -> None:
    """End the environments that have been idle too long by now, each at its own time."""
    pool = world.resources[number]
    while pool.oldest >= 0:
        ends_s = world.entries[pool.oldest].time_s + pool.expiry_s
        if ends_s > now_s:
            return
        touch(world, number, ends_s)
        pool.alive -= 1
        pool.expiries += 1
        remove_entry(world, number, pool.oldest)


@compiled
def has_concurrency(world: World, number: Scalar) -> Scalar:
    """Return whether one more invocation may run in a pool."""
    pool, clock = world.resources[number], world.clock[0]
    if pool.capacity >= 0:
        return pool.busy < pool.capacity
    return clock.shared_busy < clock.shared


@compiled
def can_enter(world: World, number: Scalar, now_s: Scalar) -> Scalar:
    """Return whether a pool takes an invocation now, setting aside those who wait."""
    if not has_concurrency(world, number):
        return False
    end_idle(world, number, now_s)
    return world.resources[number].newest >= 0 or fill(world, number, now_s) >= 1.0


@compiled
def enter(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> Scalar:
    """Put a token into an environment, and return when its invocation can begin.

    Call it only when `can_enter` says so.
    """
    pool, clock, record = world.resources[number], world.clock[0], world.tokens[token]
    step, slot = world.steps[record.step], world.slots[record.slot]
    touch(world, number, now_s)
    pool.busy += 1
    pool.busy_max = max(pool.busy_max, pool.busy)
    if pool.capacity < 0:
        clock.shared_busy += 1
    world.holds[record.slot * clock.holds + step.hold] = now_s
    begins_s = now_s
    if pool.newest >= 0:
        remove_entry(world, number, pool.newest)
    else:
        pool.level -= 1.0
        pool.alive += 1
        pool.alive_max = max(pool.alive_max, pool.alive)
        pool.cold_starts += 1
        slot.cold |= codes.COLD_AFTER_RECEIPT if slot.receipt else codes.COLD_BEFORE_RECEIPT
        begins_s += step_time_s(world, token)
        pool.init_s += begins_s - now_s
    record.step += 1
    record.tries = 0
    return begins_s


@compiled
def wait_for_environment(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> None:
    """Put a token in line before a pool."""
    join_line(world, number, token, now_s)
    world.clock[0].pools_waiting += 1
    _set_timer(world, number, now_s)


@compiled
def leave_pool(world: World, number: Scalar, hold: Scalar, now_s: Scalar) -> None:
    """End the invocation of a holding; its environment is idle now, and taken by who waits."""
    pool, clock = world.resources[number], world.clock[0]
    touch(world, number, now_s)
    took_s = now_s - world.holds[hold]
    # A step less a rounding error is a whole step.
    steps = math.ceil(took_s / pool.billing_step_s - 1e-6)
    pool.billed_s += steps * pool.billing_step_s
    world.holds[hold] = -1.0
    pool.busy -= 1
    add_newest(world, number, now_s)
    if pool.capacity < 0:
        clock.shared_busy -= 1
    if clock.pools_waiting > 0:
        let_in(world, number, now_s)


@compiled
def let_in(world: World, number: Scalar, now_s: Scalar) -> None:
    """Let in who waits for what *number* has given back: first those who have waited longest."""
    if world.resources[number].capacity >= 0:
        while world.resources[number].waiting > 0 and can_enter(world, number, now_s):
            _let_first_in(world, number, now_s)
        _set_timer(world, number, now_s)
        return
    while True:
        chosen, order = -1, 0
        for other in range(len(world.resources)):
            pool = world.resources[other]
            if pool.kind == codes.POOL and pool.capacity < 0 and pool.waiting > 0:
                first = world.tokens[pool.head].order
                if (chosen < 0 or first < order) and can_enter(world, other, now_s):
                    chosen, order = other, first
        if chosen < 0:
            break
        _let_first_in(world, chosen, now_s)
    for other in range(len(world.resources)):
        if world.resources[other].kind == codes.POOL and world.resources[other].capacity < 0:
            _set_timer(world, other, now_s)


@compiled
def on_pool_timer(world: World, number: Scalar, now_s: Scalar) -> None:
    """Let in who has waited for the scaling rate."""
    pool = world.resources[number]
    pool.timer = 0
    # The timer was set for the time at which a new environment is allowed, if none was made since.
    if 1.0 - 1e-9 < fill(world, number, now_s) < 1.0:
        pool.level = 1.0
    let_in(world, number, now_s)


@compiled
def _let_first_in(world: World, number: Scalar, now_s: Scalar) -> None:
    token = leave_line(world, number, now_s)
    world.clock[0].pools_waiting -= 1
    schedule(world, enter(world, number, token, now_s), token)


@compiled
def _set_timer(world: World, number: Scalar, now_s: Scalar) -> None:
    """Wake the line when scaling allows a new environment, where it is that which is missing."""
    pool = world.resources[number]
    if pool.waiting == 0 or pool.timer == 1 or not has_concurrency(world, number):
        return
    pool.timer = 1
    missing = max(0.0, 1.0 - fill(world, number, now_s))
    schedule(world, now_s + missing / pool.rate_per_s, codes.FIRST_TIMER + number)
