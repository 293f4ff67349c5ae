"""How long one call is to take, until the first byte of its answer and while bytes stream."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Two times that follow each other."""

    first_byte_ms: float
    streaming_ms: float

    @property
    def total_ms(self) -> float:
        """The whole call."""
        return self.first_byte_ms + self.streaming_ms

    def __add__(self, other: "Target") -> "Target":
        return Target(
            self.first_byte_ms + other.first_byte_ms, self.streaming_ms + other.streaming_ms
        )
