"""Bodies made before they are due, so that making them costs no time while it is measured."""

from collections import deque
from collections.abc import Sequence

from bench.load.payloads import Body, BodyFactory
from bench.load.plan import Block


class PreparedBodies:
    """The bodies of one block in order; holds at most `limit_bytes` of them, but always one.

    Parameters
    ----------
    numbers
        Of the block's messages, in order, within the run.
    """

    def __init__(
        self, factory: BodyFactory, block: Block, numbers: Sequence[int], limit_bytes: int
    ) -> None:
        self._factory = factory
        self._block = block
        self._numbers = numbers
        self._limit_bytes = limit_bytes
        self._held_bytes = 0
        self._made = 0
        self._waiting: deque[Body] = deque()

    def fill(self) -> None:
        """Make as many bodies as may be held."""
        while self.top_up():
            pass

    def top_up(self) -> bool:
        """Make one more body, about one copy of its bytes; False if none is left or may be held."""
        if self._made >= len(self._block.arrivals):
            return False
        arrival = self._block.arrivals[self._made]
        if self._waiting and self._held_bytes + arrival.body_bytes > self._limit_bytes:
            return False
        self._waiting.append(
            self._factory.body(
                arrival.kind,
                arrival.body_bytes,
                self._numbers[self._made],
                arrival.date_time,
                arrival.source,
            )
        )
        self._held_bytes += arrival.body_bytes
        self._made += 1
        return True

    @property
    def next_bytes(self) -> int:
        """Bytes of the body that would be made next; 0 if none is left."""
        arrivals = self._block.arrivals
        return arrivals[self._made].body_bytes if self._made < len(arrivals) else 0

    def take(self) -> Body:
        """Return the next body and let go of it; makes it first if it was not ready."""
        if not self._waiting:
            self.top_up()
        body = self._waiting.popleft()
        self._held_bytes -= len(body.content)
        return body
