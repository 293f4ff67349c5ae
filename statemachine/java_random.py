"""`java.util.Random`, by which AWS's functions give the same numbers for the same seed.

Source: Java SE API, java.util.Random: the linear congruential generator, nextInt and nextDouble.
"""

from typing import Final

_MULTIPLIER: Final = 0x5DEECE66D
_MASK: Final = (1 << 48) - 1


class JavaRandom:
    """A generator with a seed."""

    def __init__(self, seed: int) -> None:
        self._state = (seed ^ _MULTIPLIER) & _MASK

    def _bits(self, count: int) -> int:
        self._state = (self._state * _MULTIPLIER + 0xB) & _MASK
        return self._state >> (48 - count)

    def below(self, bound: int) -> int:
        """Return a number from 0 to below *bound*, which is less than 2**31: nextInt."""
        if bound & (bound - 1) == 0:
            return (bound * self._bits(31)) >> 31
        while True:
            bits = self._bits(31)
            value = bits % bound
            if bits - value + bound - 1 < 1 << 31:
                return value

    def fraction(self) -> float:
        """Return a number from 0 to below 1: nextDouble."""
        return ((self._bits(26) << 27) + self._bits(27)) / (1 << 53)
