"""Tokens, slots and entries: taken from what was freed last, else from what was never used."""

from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.records import Scalar, World


@compiled
def new_token(world: World, slot: Scalar, step: Scalar) -> Scalar:
    """Return a token of a message at a step."""
    clock = world.clock[0]
    clock.spare_tokens -= 1
    token = clock.free_token
    if token >= 0:
        clock.free_token = world.tokens[token].next
    else:
        token = clock.fresh_token
        clock.fresh_token += 1
    record = world.tokens[token]
    record.slot = slot
    record.step = step
    record.tries = 0
    record.next = -1
    return token


@compiled
def free_token(world: World, token: Scalar) -> None:
    """Give a token back."""
    clock = world.clock[0]
    world.tokens[token].next = clock.free_token
    clock.free_token = token
    clock.spare_tokens += 1


@compiled
def new_slot(world: World) -> Scalar:
    """Return a slot for a message."""
    clock = world.clock[0]
    clock.spare_slots -= 1
    slot = clock.free_slot
    if slot >= 0:
        clock.free_slot = world.slots[slot].next
    else:
        slot = clock.fresh_slot
        clock.fresh_slot += 1
    return slot


@compiled
def free_slot(world: World, slot: Scalar) -> None:
    """Give a slot back."""
    clock = world.clock[0]
    world.slots[slot].next = clock.free_slot
    clock.free_slot = slot
    clock.spare_slots += 1


@compiled
def add_newest(world: World, number: Scalar, time_s: Scalar) -> Scalar:
    """Return a new entry, which is a resource's newest."""
    clock, resource = world.clock[0], world.resources[number]
    clock.spare_entries -= 1
    entry = clock.free_entry
    if entry >= 0:
        clock.free_entry = world.entries[entry].older
    else:
        entry = clock.fresh_entry
        clock.fresh_entry += 1
    record = world.entries[entry]
    record.time_s = time_s
    record.bytes = 0
    record.owner = -1
    record.newer = -1
    record.older = resource.newest
    if resource.newest >= 0:
        world.entries[resource.newest].newer = entry
    else:
        resource.oldest = entry
    resource.newest = entry
    return entry


@compiled
def remove_entry(world: World, number: Scalar, entry: Scalar) -> None:
    """Take an entry out of a resource's, and give it back."""
    clock, resource = world.clock[0], world.resources[number]
    newer, older = world.entries[entry].newer, world.entries[entry].older
    if newer >= 0:
        world.entries[newer].older = older
    else:
        resource.newest = older
    if older >= 0:
        world.entries[older].newer = newer
    else:
        resource.oldest = newer
    world.entries[entry].older = clock.free_entry
    clock.free_entry = entry
    clock.spare_entries += 1
