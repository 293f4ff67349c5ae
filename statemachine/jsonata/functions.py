"""The functions that Step Functions adds to JSONata.

Source: Step Functions Developer Guide, "Transforming data with JSONata in Step Functions", JSONata
functions provided by Step Functions.
"""

import json
import random
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from jlens import Expression as CompiledExpression

from statemachine.hash_algorithms import HASHES, hex_digest
from statemachine.java_random import JavaRandom

MAX_RANGE_ITEMS: Final = 360_145
"""Of $range, measured on AWS: with more, the memory limit is exceeded."""

MEMORY_LIMIT: Final = (
    "Expression evaluation memory limit exceeded: Check for excessive memory usage"
)
"""AWS's words."""


class FunctionError(Exception):
    """One of these functions cannot be carried out."""


def _partition(items: list[Any] | None, size: float | None) -> list[list[Any]] | None:
    if items is None or size is None:
        return None
    whole = int(size)
    if whole < 1:
        raise FunctionError("The chunk size of the $partition function must be a positive integer")
    return [items[place : place + whole] for place in range(0, len(items), whole)]


def _range(first: float | None, last: float | None, step: float | None) -> list[float] | None:
    if first is None or last is None or step is None:
        return None
    if step == 0:
        raise FunctionError("The step of the $range function must not be zero")
    count = int((last - first) // step) + 1
    if count > MAX_RANGE_ITEMS:
        raise FunctionError(MEMORY_LIMIT)
    return [first + step * place for place in range(count)]


def _hash(content: str | None, algorithm: str | None) -> str | None:
    if content is None or algorithm is None:
        return None
    if algorithm not in HASHES:
        raise FunctionError(f"The $hash function does not support the algorithm {algorithm}")
    return hex_digest(algorithm, content)


def _parse(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FunctionError(f"The $parse function was given no JSON text: {error}") from error


_SIGNATURES: Final[Mapping[str, tuple[Callable[..., Any], str]]] = {
    "partition": (_partition, "<an:a<a>>"),
    "range": (_range, "<nnn:a<n>>"),
    "hash": (_hash, "<ss:s>"),
    "parse": (_parse, "<s:x>"),
    # These two take their randomness from each evaluation: `random_functions`.
    "uuid": (lambda: None, "<:s>"),
    "random": (lambda _seed=None: None, "<n?:n>"),
}
NAMES: Final = frozenset(_SIGNATURES)


def register(compiled: CompiledExpression, words: Collection[str]) -> None:
    """Make those of the functions known to an expression that are among its *words*."""
    # Not all of them: each costs every evaluation about 2 µs.
    for name in NAMES.intersection(words):
        compiled.register_function(name, *_SIGNATURES[name])


def random_functions(randomness: random.Random) -> dict[str, Callable[..., Any]]:
    """Return the functions whose values are by chance."""

    def by_seed(seed: float | None = None) -> float:
        return randomness.random() if seed is None else JavaRandom(int(seed)).fraction()

    return {
        "uuid": lambda: str(uuid.UUID(int=randomness.getrandbits(128), version=4)),
        "random": by_seed,
    }
