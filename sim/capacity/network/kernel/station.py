"""Stations: servers behind one line."""

from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.draw import luck_of, service_s
from sim.capacity.network.kernel.events import schedule
from sim.capacity.network.kernel.line import join_line, leave_line, touch
from sim.capacity.network.kernel.records import Scalar, World


@compiled
def step_time_s(world: World, token: Scalar) -> Scalar:
    """Return how long the step at which a token is takes."""
    record = world.tokens[token]
    step, slot = world.steps[record.step], world.slots[record.slot]
    luck = luck_of(
        world.clock[0].seed, slot.message, step.luck, step.occurrence + (slot.attempt << 16)
    )
    return service_s(world.services, world.tables, step.service, luck, slot.bytes)


@compiled
def arrive_at_station(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> None:
    """Begin a token's service, or put it in line."""
    station = world.resources[number]
    if station.busy == station.capacity:
        join_line(world, number, token, now_s)
        return
    touch(world, number, now_s)
    station.busy += 1
    station.busy_max = max(station.busy_max, station.busy)
    _begin(world, token, now_s)


@compiled
def leave_station(world: World, number: Scalar, now_s: Scalar) -> None:
    """End a service, and begin that of the first in line."""
    station = world.resources[number]
    if station.waiting > 0:
        _begin(world, leave_line(world, number, now_s), now_s)
    else:
        touch(world, number, now_s)
        station.busy -= 1


@compiled
def _begin(world: World, token: Scalar, now_s: Scalar) -> None:
    time_s = step_time_s(world, token)
    world.tokens[token].step += 1
    schedule(world, now_s + time_s, token)
