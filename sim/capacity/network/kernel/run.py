"""The event loop."""

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.advance import advance, arrive
from sim.capacity.network.kernel.bucket import on_bucket_timer
from sim.capacity.network.kernel.compiled import compiled, kept, sources_digest
from sim.capacity.network.kernel.events import take_next
from sim.capacity.network.kernel.memory import on_memory_timer
from sim.capacity.network.kernel.pool import on_pool_timer
from sim.capacity.network.kernel.records import Scalar, World
from sim.capacity.network.kernel.windows import close_row, close_window


@compiled
def _lacks(world: World) -> Scalar:
    """Return what there may be too little of for one more event, else `PAUSED`."""
    clock = world.clock[0]
    if clock.spare_tokens <= clock.branches:
        return codes.NEEDS_TOKENS
    if clock.spare_slots < 1:
        return codes.NEEDS_SLOTS
    if clock.spare_entries <= len(world.steps):  # a step makes one at most
        return codes.NEEDS_ENTRIES
    return codes.PAUSED


@compiled
def _close_windows(world: World, until_s: Scalar) -> Scalar:
    """Close the windows that end by *until_s*; return whether there was a row for each interval."""
    clock = world.clock[0]
    while (clock.window + 1) * codes.WINDOW_S <= until_s:
        ends_row = (clock.window + 1) % clock.row_windows == 0
        if ends_row and clock.row == len(world.rows):
            return False
        now_s = (clock.window + 1) * codes.WINDOW_S
        close_window(world, now_s)
        if ends_row:
            close_row(world, now_s)
    return True


@compiled
def _close_last(world: World, until_s: Scalar) -> Scalar:
    """Close what is left of the last window and interval; return as `_close_windows` does."""
    clock = world.clock[0]
    if not _close_windows(world, until_s) or clock.row == len(world.rows):
        return False
    if until_s > clock.window * codes.WINDOW_S:
        close_window(world, until_s)
        close_row(world, until_s)
    elif clock.window % clock.row_windows != 0 or clock.row == 0:
        close_row(world, until_s)
    return True


@compiled
def _act(world: World, who: Scalar, now_s: Scalar) -> None:
    if who < codes.FIRST_TIMER:
        advance(world, who, now_s)
        return
    number = who - codes.FIRST_TIMER
    kind = world.resources[number].kind
    if kind == codes.BUCKET:
        on_bucket_timer(world, number, now_s)
    elif kind == codes.POOL:
        on_pool_timer(world, number, now_s)
    else:
        on_memory_timer(world, number, now_s)


def _of_sources(sources: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    # What is kept on disk is found by the closure's value: another source, another entry.
    def run(world: World, until_s: Scalar, budget: Scalar) -> Scalar:
        """Run until *budget* events have passed, *until_s* is there, or all messages have ended.

        Returns one of `codes`: `PAUSED` and `NEEDS_...` ask to be called again.
        """
        if len(sources) == 0:
            return codes.DONE
        clock = world.clock[0]
        while budget > 0:
            lacking = _lacks(world)
            if lacking != codes.PAUSED:
                return lacking
            messages = len(world.due_s)
            next_s, from_heap = float("inf"), False
            if clock.heap > 0:
                next_s, from_heap = world.heap[0].time_s, True
            if clock.arrived < messages and world.due_s[clock.arrived] < next_s:
                next_s, from_heap = world.due_s[clock.arrived], False
            elif clock.in_flight == 0 and clock.arrived == messages:
                next_s = float("inf")
            if next_s > until_s or next_s == float("inf"):
                ends_s = until_s if until_s < float("inf") else clock.now_s
                if not _close_last(world, ends_s):
                    return codes.NEEDS_ROWS
                clock.now_s = ends_s
                return codes.DONE
            if not _close_windows(world, next_s):
                return codes.NEEDS_ROWS
            clock.now_s = next_s
            clock.events += 1
            budget -= 1
            if from_heap:
                who = take_next(world)
            else:
                who = arrive(world, clock.arrived, next_s)
                clock.arrived += 1
            _act(world, who, next_s)
        return codes.PAUSED

    return kept(run)


run = _of_sources(sources_digest())
