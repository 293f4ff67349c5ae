"""Windows of a second, whose peaks are kept, and the rows of the time series made of them."""

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.line import touch
from sim.capacity.network.kernel.memory import expire
from sim.capacity.network.kernel.pool import end_idle
from sim.capacity.network.kernel.records import Scalar, World


@compiled
def close_window(world: World, now_s: Scalar) -> None:
    """End the current window at *now_s*: bring all areas up to date, and note the peaks."""
    width_s = now_s - world.clock[0].window * codes.WINDOW_S
    for number in range(len(world.resources)):
        resource = world.resources[number]
        if resource.kind == codes.POOL:
            end_idle(world, number, now_s)
        elif resource.kind == codes.MEMORY:
            expire(world, number, now_s)
        touch(world, number, now_s)
        if resource.kind == codes.BUCKET:
            used = (resource.taken - resource.window_mark) / (resource.rate_per_s * width_s)
            resource.peak = max(resource.peak, used)
            resource.window_mark = resource.taken
        elif resource.kind == codes.STATION:
            used = (resource.busy_area - resource.window_mark) / (resource.capacity * width_s)
            resource.peak = max(resource.peak, used)
            resource.window_mark = resource.busy_area
    world.clock[0].window += 1


@compiled
def close_row(world: World, now_s: Scalar) -> None:
    """Write the row of the interval that ends, and begin the maxima of the next."""
    clock = world.clock[0]
    world.row_ends_s[clock.row] = now_s
    for number in range(len(world.resources)):
        resource, row = world.resources[number], world.rows[clock.row, number]
        row.arrivals = resource.arrivals
        row.refusals = resource.refusals
        row.cold_starts = resource.cold_starts
        row.evictions = resource.evictions
        row.expiries = resource.expiries
        row.stored_bytes = resource.stored_bytes
        row.busy_area = resource.busy_area
        row.queue_area = resource.queue_area
        row.alive_area = resource.alive_area
        row.wait_s = resource.wait_s
        row.taken = resource.taken
        row.billed_s = resource.billed_s
        row.init_s = resource.init_s
        row.busy_max = resource.busy_max
        row.queue_max = resource.queue_max
        row.alive_max = resource.alive_max
        row.level_min = resource.level_min
        row.peak = resource.peak
        resource.busy_max = resource.busy
        resource.queue_max = resource.waiting
        resource.alive_max = resource.alive
        gained = (now_s - resource.filled_s) * resource.rate_per_s
        resource.level_min = min(resource.burst, resource.level + gained)
        resource.peak = 0.0
    clock.row += 1
