"""Resources that SimPy does not have: token buckets, pools of environments, expiring memory."""

from collections import OrderedDict, deque
from collections.abc import Generator
from typing import Any

import simpy

from sim.capacity.network import Account, EnvironmentPool, Memory, TokenBucket


class _Filling:
    """What a bucket and a pool's scaling rate have in common."""

    def __init__(self, rate_per_s: float, burst: float) -> None:
        self.rate_per_s, self.burst, self.level, self._filled_s = rate_per_s, burst, burst, 0.0

    def fill(self, now_s: float) -> float:
        self.level = min(self.burst, self.level + (now_s - self._filled_s) * self.rate_per_s)
        self._filled_s = now_s
        return self.level


class Bucket(_Filling):
    """A token bucket with a line."""

    def __init__(self, environment: simpy.Environment, description: TokenBucket) -> None:
        super().__init__(description.rate_per_s, description.burst)
        self.taken = 0.0
        self._environment = environment
        self._line: deque[tuple[float, simpy.Event]] = deque()

    def take(self, amount: float) -> bool:
        """Take tokens if nobody stands in line and there are enough."""
        if self._line or self.fill(self._environment.now) < amount:
            return False
        self.level -= amount
        self.taken += amount
        return True

    def line_up(self, amount: float) -> simpy.Event:
        """Return the event of having taken tokens."""
        event = self._environment.event()
        self._line.append((amount, event))
        if len(self._line) == 1:
            self._environment.process(self._serve_line())
        return event

    def _serve_line(self) -> Generator[simpy.Event, Any, None]:
        while self._line:
            amount, event = self._line[0]
            missing = max(0.0, amount - self.fill(self._environment.now))
            yield self._environment.timeout(missing / self.rate_per_s)
            self.level = max(amount, self.fill(self._environment.now)) - amount
            self.taken += amount
            self._line.popleft()
            event.succeed()


class Pool:
    """One pool's environments: the busy are a number, the idle the times since when."""

    def __init__(self, description: EnvironmentPool) -> None:
        self.description = description
        self.busy = 0
        self.cold_starts = 0
        self.busy_s = 0.0
        self.idle_since_s: list[float] = []
        self.scaling = _Filling(description.scaling_per_10_s / 10, description.scaling_per_10_s)
        self.line: deque[tuple[int, simpy.Event]] = deque()
        self.timer = False


class Pools:
    """All pools, and the concurrency that they share."""

    def __init__(
        self,
        environment: simpy.Environment,
        pools: dict[str, Pool],
        account: Account | None,
    ) -> None:
        self.pools = pools
        self._environment = environment
        self._lined_up = 0
        reserved = sum(pool.description.reserved or 0 for pool in pools.values())
        self._shared = account.concurrency - reserved if account else float("inf")

    def enter(self, name: str) -> bool | None:
        """Take an environment if nobody stands in line; return whether it is a new one.

        `None`: there is none.
        """
        pool = self.pools[name]
        return None if pool.line else self._take(pool)

    def line_up(self, name: str) -> simpy.Event:
        """Return the event of having an environment; its value is whether it is a new one."""
        event = self._environment.event()
        self._lined_up += 1
        self.pools[name].line.append((self._lined_up, event))
        self._wake_for_scaling(self.pools[name])
        return event

    def leave(self, name: str, since_s: float) -> None:
        """End an invocation that began at a time."""
        pool = self.pools[name]
        pool.busy -= 1
        pool.busy_s += self._environment.now - since_s
        pool.idle_since_s.append(self._environment.now)
        self._let_in()

    def _has_concurrency(self, pool: Pool) -> bool:
        if pool.description.reserved is not None:
            return pool.busy < pool.description.reserved
        shared = (each for each in self.pools.values() if each.description.reserved is None)
        return sum(each.busy for each in shared) < self._shared

    def _take(self, pool: Pool) -> bool | None:
        if not self._has_concurrency(pool):
            return None
        now_s = self._environment.now
        expiry_s = pool.description.idle_expiry_s
        pool.idle_since_s = [each for each in pool.idle_since_s if each + expiry_s > now_s]
        cold = not pool.idle_since_s
        if cold:
            if pool.scaling.fill(now_s) < 1:
                return None
            pool.scaling.level -= 1
            pool.cold_starts += 1
        else:
            pool.idle_since_s.pop()
        pool.busy += 1
        return cold

    def _let_in(self) -> None:
        refused: set[int] = set()
        while True:
            waiting = [
                each for each in self.pools.values() if each.line and id(each) not in refused
            ]
            if not waiting:
                break
            first = min(waiting, key=lambda each: each.line[0][0])
            cold = self._take(first)
            if cold is None:
                refused.add(id(first))
            else:
                first.line.popleft()[1].succeed(cold)
        for each in self.pools.values():
            self._wake_for_scaling(each)

    def _wake_for_scaling(self, pool: Pool) -> None:
        if pool.line and not pool.timer and self._has_concurrency(pool):
            pool.timer = True
            self._environment.process(self._scaled(pool))

    def _scaled(self, pool: Pool) -> Generator[simpy.Event, Any, None]:
        missing = max(0.0, 1 - pool.scaling.fill(self._environment.now))
        yield self._environment.timeout(missing / pool.scaling.rate_per_s)
        pool.timer = False
        if 1 - 1e-9 < pool.scaling.fill(self._environment.now) < 1:
            pool.scaling.level = 1.0
        self._let_in()


class Store:
    """A memory's values in the order in which they were stored, by key."""

    def __init__(self, environment: simpy.Environment, description: Memory) -> None:
        self.bytes = 0
        self.bytes_max = 0
        self.evictions = 0
        self.expiries = 0
        self._environment = environment
        self._description = description
        self._values: OrderedDict[int, tuple[float, int]] = OrderedDict()
        self._keys = 0
        self._line: deque[tuple[int, simpy.Event]] = deque()
        self._timer = False

    def put(self, size: int) -> int | None:
        """Store a value and return its key; `None`: there is no room."""
        self._expire()
        size += self._description.overhead_bytes
        if self._description.when_full == "evict-oldest":
            if size > self._description.capacity_bytes:
                return None
            while self.bytes + size > self._description.capacity_bytes:
                self.evictions += 1
                self._drop(next(iter(self._values)))
        elif self._line or self.bytes + size > self._description.capacity_bytes:
            return None
        return self._keep(size)

    def line_up(self, size: int) -> simpy.Event:
        """Return the event of a value having been stored; its value is the key."""
        event = self._environment.event()
        self._line.append((size + self._description.overhead_bytes, event))
        self._wake_at_expiry()
        return event

    def has(self, key: int) -> bool:
        """Return whether a value is there."""
        self._expire()
        return key in self._values

    def free(self, key: int) -> None:
        """Remove a value, if it is there."""
        self._expire()
        if key in self._values:
            self._drop(key)
            self._serve_line()

    def _keep(self, size: int) -> int:
        self._keys += 1
        self._values[self._keys] = (self._environment.now, size)
        self.bytes += size
        self.bytes_max = max(self.bytes_max, self.bytes)
        return self._keys

    def _drop(self, key: int) -> None:
        self.bytes -= self._values.pop(key)[1]

    def _expire(self) -> None:
        if self._description.time_to_live_s is not None:
            while self._values:
                key, (stored_s, _) = next(iter(self._values.items()))
                if stored_s + self._description.time_to_live_s > self._environment.now:
                    break
                self.expiries += 1
                self._drop(key)

    def _serve_line(self) -> None:
        while self._line:
            size, event = self._line[0]
            if self.bytes + size > self._description.capacity_bytes:
                break
            self._line.popleft()
            event.succeed(self._keep(size))
        self._wake_at_expiry()

    def _wake_at_expiry(self) -> None:
        time_to_live_s = self._description.time_to_live_s
        if self._line and not self._timer and self._values and time_to_live_s is not None:
            self._timer = True
            stored_s = next(iter(self._values.values()))[0]
            self._environment.process(self._at_expiry(stored_s, time_to_live_s))

    def _at_expiry(
        self, stored_s: float, time_to_live_s: float
    ) -> Generator[simpy.Event, Any, None]:
        left_s = stored_s + time_to_live_s - self._environment.now
        yield self._environment.timeout(max(0.0, left_s))
        # The clock may have come to a rounding error before the time.
        if self._values:
            key, (stored_s, size) = next(iter(self._values.items()))
            if (
                abs(stored_s + (self._description.time_to_live_s or 0) - self._environment.now)
                < 1e-9
            ):
                self._values[key] = (float("-inf"), size)
        self._timer = False
        self._expire()
        self._serve_line()
