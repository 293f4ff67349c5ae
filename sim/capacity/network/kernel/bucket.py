"""Token buckets, and the line before one: who is first takes as soon as enough tokens are there."""

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.events import schedule
from sim.capacity.network.kernel.line import join_line, leave_line
from sim.capacity.network.kernel.records import Scalar, World


@compiled
def fill(world: World, number: Scalar, now_s: Scalar) -> Scalar:
    """Return the level of a bucket now, after it has gained what it gained since the last time."""
    bucket = world.resources[number]
    gained = (now_s - bucket.filled_s) * bucket.rate_per_s
    bucket.level = min(bucket.burst, bucket.level + gained)
    bucket.filled_s = now_s
    return bucket.level


@compiled
def take_tokens(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> Scalar:
    """Take a token's tokens, and return whether there were enough, and nobody in line for them."""
    bucket = world.resources[number]
    amount = _asked(world, token)
    if bucket.waiting > 0 or fill(world, number, now_s) < amount:
        return False
    _take(world, number, amount)
    return True


@compiled
def wait_for_tokens(world: World, number: Scalar, token: Scalar, now_s: Scalar) -> None:
    """Put a token in line, and set the timer where it is the first."""
    join_line(world, number, token, now_s)
    if world.resources[number].timer == 0:
        _set_timer(world, number, now_s)


@compiled
def on_bucket_timer(world: World, number: Scalar, now_s: Scalar) -> None:
    """Let go whoever is first in line, and those behind for whom there is enough as well."""
    bucket = world.resources[number]
    bucket.timer = 0
    fill(world, number, now_s)
    # The timer was set for the time at which there is enough; a rounding may not undo that.
    bucket.level = max(bucket.level, _wanted(world, number))
    while bucket.waiting > 0 and bucket.level >= _wanted(world, number):
        _take(world, number, _wanted(world, number))
        token = leave_line(world, number, now_s)
        world.tokens[token].step += 1
        world.tokens[token].tries = 0
        schedule(world, now_s, token)
    if bucket.waiting > 0:
        _set_timer(world, number, now_s)


@compiled
def _take(world: World, number: Scalar, amount: Scalar) -> None:
    bucket = world.resources[number]
    bucket.level -= amount
    bucket.taken += amount
    bucket.level_min = min(bucket.level_min, bucket.level)


@compiled
def _wanted(world: World, number: Scalar) -> Scalar:
    return _asked(world, world.resources[number].head)


@compiled
def _asked(world: World, token: Scalar) -> Scalar:
    record = world.tokens[token]
    step = world.steps[record.step]
    return step.amount + step.per_byte * world.slots[record.slot].bytes


@compiled
def _set_timer(world: World, number: Scalar, now_s: Scalar) -> None:
    bucket = world.resources[number]
    bucket.timer = 1
    missing = max(0.0, _wanted(world, number) - bucket.level)
    schedule(world, now_s + missing / bucket.rate_per_s, codes.FIRST_TIMER + number)
