"""One token's way from step to step, as far as it comes without time passing."""

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.bucket import take_tokens, wait_for_tokens
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.ending import (
    end_failed,
    fail,
    finish,
    refused,
    refused_in_outage,
)
from sim.capacity.network.kernel.events import schedule
from sim.capacity.network.kernel.line import outage_end_s
from sim.capacity.network.kernel.memory import expire, remove_value, store, wait_for_room
from sim.capacity.network.kernel.pool import can_enter, enter, leave_pool, wait_for_environment
from sim.capacity.network.kernel.records import Scalar, World
from sim.capacity.network.kernel.room import free_token, new_slot, new_token
from sim.capacity.network.kernel.station import arrive_at_station, leave_station, step_time_s


@compiled
def arrive(world: World, message: Scalar, now_s: Scalar) -> Scalar:
    """Return the token of a message that has arrived."""
    clock = world.clock[0]
    number = new_slot(world)
    slot = world.slots[number]
    slot.due_s = now_s
    slot.message = message
    slot.bytes = world.body_bytes[message]
    slot.attempt = 0
    slot.receipt = 0
    slot.cold = 0
    slot.reason = -1
    slot.joining = 0
    for hold in range(number * clock.holds, (number + 1) * clock.holds):
        world.holds[hold] = -1.0
    for value in range(number * clock.values, (number + 1) * clock.values):
        world.values[value] = codes.NEVER_STORED
    clock.in_flight += 1
    return new_token(world, number, 0)


@compiled
def advance(world: World, token: Scalar, now_s: Scalar) -> None:
    """Take a token through steps until it waits, is served or delayed, or has ended."""
    while True:
        record = world.tokens[token]
        step = world.steps[record.step]
        op = step.op
        if op == codes.DELAY:
            then_s = now_s
            while world.steps[record.step].op == codes.DELAY:
                then_s += step_time_s(world, token)
                record.step += 1
            schedule(world, then_s, token)
            return
        if op == codes.LEAVE:
            leave_station(world, step.resource, now_s)
            record.step += 1
        elif op == codes.RELEASE:
            hold = record.slot * world.clock[0].holds + step.hold
            leave_pool(world, step.resource, hold, now_s)
            record.step += 1
        elif op == codes.MARK:
            slot = world.slots[record.slot]
            world.marks[step.mark, slot.message] = (now_s - slot.due_s) * 1e3
            slot.receipt |= step.receipt
            record.step += 1
        elif op == codes.FORK:
            _fork(world, token, now_s)
        elif op == codes.JOIN:
            if not _join(world, token, now_s):
                return
        elif op == codes.END:
            finish(world, token, codes.COMPLETED)
            return
        elif not _use(world, token, now_s):
            return


@compiled
def _use(world: World, token: Scalar, now_s: Scalar) -> Scalar:
    """Carry out a step at a resource; return whether the token goes on at once."""
    record = world.tokens[token]
    step = world.steps[record.step]
    op, number = step.op, step.resource
    world.resources[number].arrivals += 1
    ends_s = outage_end_s(world, number, now_s)
    if ends_s > 0:
        return refused_in_outage(world, number, token, ends_s, now_s)
    if op == codes.SERVE:
        record.tries = 0
        arrive_at_station(world, number, token, now_s)
        return False
    waits = world.rules[step.rule].kind == codes.WAIT
    if op == codes.TAKE:
        if not take_tokens(world, number, token, now_s):
            if not waits:
                return refused(world, number, token, now_s)
            wait_for_tokens(world, number, token, now_s)
            return False
    elif op == codes.INVOKE:
        if world.resources[number].waiting > 0 or not can_enter(world, number, now_s):
            if not waits:
                return refused(world, number, token, now_s)
            wait_for_environment(world, number, token, now_s)
            return False
        begins_s = enter(world, number, token, now_s)
        if begins_s > now_s:
            schedule(world, begins_s, token)
            return False
        return True
    else:
        expire(world, number, now_s)
        value = record.slot * world.clock[0].values + step.value
        if op == codes.STORE:
            if not store(world, number, token, now_s):
                if not waits:
                    return refused(world, number, token, now_s)
                wait_for_room(world, number, token, now_s)
                return False
        elif op == codes.FREE:
            remove_value(world, number, value, now_s)
        elif world.values[value] < 0:  # LOAD
            return fail(world, token, step.lost, now_s)
    record.step += 1
    record.tries = 0
    return True


@compiled
def _fork(world: World, token: Scalar, now_s: Scalar) -> None:
    """Start the branches: the first with this token, the others as events of their own."""
    record = world.tokens[token]
    branches = world.steps[record.step].branches
    world.slots[record.slot].joining = branches
    first = record.step + 1
    begins = world.steps[world.steps[first].join].sibling
    for _ in range(branches - 1):
        schedule(world, now_s, new_token(world, record.slot, begins))
        begins = world.steps[world.steps[begins].join].sibling
    record.step = first


@compiled
def _join(world: World, token: Scalar, now_s: Scalar) -> Scalar:
    """End a branch; return whether the token goes on behind the fork, as the last one does."""
    record = world.tokens[token]
    slot = world.slots[record.slot]
    slot.joining -= 1
    if slot.joining > 0:
        free_token(world, token)
        return False
    if slot.reason >= 0:
        end_failed(world, token, now_s)
        return False
    record.step = world.steps[record.step].after
    return True
