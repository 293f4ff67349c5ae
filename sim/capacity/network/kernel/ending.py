"""Refusals, and how a message ends: what it holds is released, and its outcome is written."""

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.draw import luck_of, share_of
from sim.capacity.network.kernel.events import schedule
from sim.capacity.network.kernel.pool import leave_pool
from sim.capacity.network.kernel.records import Scalar, World
from sim.capacity.network.kernel.room import free_slot, free_token


@compiled
def refused(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> Scalar:
    """Follow a step's rule after a refusal; return whether the token goes on at once."""
    record = world.tokens[token]
    step = world.steps[record.step]
    rule = world.rules[step.rule]
    world.resources[number].refusals += 1
    if rule.kind == codes.RETRY and record.tries < rule.attempts:
        record.tries += 1
        slot = world.slots[record.slot]
        luck = luck_of(
            world.clock[0].seed, slot.message, step.luck, step.occurrence + (slot.attempt << 16)
        )
        schedule(world, now_s + delay_s(world, step.rule, record.tries, luck), token)
        return False
    return fail(world, token, rule.reason, now_s)


@compiled
def refused_in_outage(
    world: World, number: Scalar, token: Scalar, ends_s: Scalar, now_s: Scalar
) -> Scalar:
    """Follow a step's rule in an outage; return whether the token goes on at once."""
    if world.rules[world.steps[world.tokens[token].step].rule].kind == codes.WAIT:
        world.resources[number].refusals += 1
        schedule(world, ends_s, token)
        return False
    return refused(world, number, token, now_s)


@compiled
def delay_s(world: World, number: Scalar, tries: Scalar, luck: Scalar) -> Scalar:
    """Return how long to wait before the *tries*-th retry by a rule."""
    rule = world.rules[number]
    longest_s = min(rule.max_delay_s, rule.first_s * rule.backoff ** (tries - 1))
    if rule.jitter == 1:
        return longest_s * share_of(luck, 15 + tries)
    return longest_s


@compiled
def fail(world: World, token: Scalar, reason: Scalar, now_s: Scalar) -> Scalar:
    """End a branch, or the message, for a reason; return whether the token goes on at once."""
    record = world.tokens[token]
    step, slot = world.steps[record.step], world.slots[record.slot]
    if step.join < 0:
        slot.reason = reason
        end_failed(world, token, now_s)
        return False
    if slot.reason < 0:
        slot.reason = reason
    _release(world, record.slot, step.hold_from, step.hold_to, now_s)
    record.step = step.join
    record.tries = 0
    return True


@compiled
def end_failed(world: World, token: Scalar, now_s: Scalar) -> None:
    """End a message that has failed, or let its sender send it again."""
    clock, record = world.clock[0], world.tokens[token]
    slot = world.slots[record.slot]
    _release(world, record.slot, 0, clock.holds, now_s)
    if slot.receipt == 0 and clock.sender >= 0 and world.retried[slot.reason] == 1:
        sender = world.rules[clock.sender]
        if slot.attempt < sender.attempts:
            slot.attempt += 1
            luck = luck_of(clock.seed, slot.message, 0, slot.attempt)
            pause_s = delay_s(world, clock.sender, slot.attempt, luck)
            clear(world, record.slot)
            record.step = 0
            record.tries = 0
            schedule(world, now_s + pause_s, token)
            return
    finish(world, token, codes.FAILED + 2 * slot.reason + slot.receipt)


@compiled
def clear(world: World, number: Scalar) -> None:
    """Set a slot to a message's beginning; values that it has stored are nobody's from here on."""
    slot, values = world.slots[number], world.clock[0].values
    slot.reason = -1
    slot.joining = 0
    for value in range(number * values, (number + 1) * values):
        _disown(world, value)


@compiled
def finish(world: World, token: Scalar, outcome: Scalar) -> None:
    """Write a message's outcome, and give back its slot and its last token."""
    clock, number = world.clock[0], world.tokens[token].slot
    slot = world.slots[number]
    message = slot.message
    world.flags[codes.OUTCOME, message] = outcome
    world.flags[codes.ATTEMPTS, message] = min(slot.attempt + 1, 255)
    world.flags[codes.COLD, message] = slot.cold
    for value in range(number * clock.values, (number + 1) * clock.values):
        _disown(world, value)
    free_slot(world, number)
    free_token(world, token)
    clock.in_flight -= 1


@compiled
def _disown(world: World, value: Scalar) -> None:
    if world.values[value] >= 0:
        world.entries[world.values[value]].owner = -1
    world.values[value] = codes.NEVER_STORED


@compiled
def _release(world: World, slot: Scalar, hold_from: Scalar, hold_to: Scalar, now_s: Scalar) -> None:
    for hold in range(hold_from, hold_to):
        held = slot * world.clock[0].holds + hold
        if world.holds[held] >= 0:
            leave_pool(world, world.hold_pools[hold], held, now_s)
