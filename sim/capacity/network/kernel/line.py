"""What all resources have: areas under their curves, outages, and a line of those who wait."""

from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.records import Scalar, World


@compiled
def touch(world: World, number: Scalar, now_s: Scalar) -> None:
    """Bring a resource's areas up to date; before each change of what they are under."""
    resource = world.resources[number]
    passed_s = now_s - resource.touched_s
    if passed_s > 0:
        resource.busy_area += resource.busy * passed_s
        resource.queue_area += resource.waiting * passed_s
        resource.alive_area += resource.alive * passed_s
        resource.touched_s = now_s


@compiled
def outage_end_s(world: World, number: Scalar, now_s: Scalar) -> Scalar:
    """Return when the outage that is now will be over; 0 where there is none."""
    resource = world.resources[number]
    while resource.outage < resource.outages_end:
        if now_s < world.outages[2 * resource.outage]:
            return 0.0
        if now_s < world.outages[2 * resource.outage + 1]:
            return world.outages[2 * resource.outage + 1]
        resource.outage += 1
    return 0.0


@compiled
def join_line(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> None:
    """Put a token at the end of a resource's line."""
    resource, record = world.resources[number], world.tokens[token]
    touch(world, number, now_s)
    record.since_s = now_s
    record.order = world.clock[0].sequence
    world.clock[0].sequence += 1
    record.next = -1
    if resource.waiting == 0:
        resource.head = token
    else:
        world.tokens[resource.tail].next = token
    resource.tail = token
    resource.waiting += 1
    resource.queue_max = max(resource.queue_max, resource.waiting)


@compiled
def leave_line(world: World, number: Scalar, now_s: Scalar) -> Scalar:
    """Return the first token of a resource's line, which leaves it."""
    resource = world.resources[number]
    touch(world, number, now_s)
    token = resource.head
    resource.head = world.tokens[token].next
    resource.waiting -= 1
    resource.wait_s += now_s - world.tokens[token].since_s
    return token
