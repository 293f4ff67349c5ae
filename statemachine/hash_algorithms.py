"""The algorithms of `States.Hash` and `$hash`.

Source: Step Functions Developer Guide, "Intrinsics for JSONPath state machines", hash calculations.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

HASHES: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "MD5": lambda content: hashlib.md5(content, usedforsecurity=False),
    "SHA-1": lambda content: hashlib.sha1(content, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}
"""Name → what digests with it."""


def hex_digest(algorithm: str, text: str) -> str:
    """Return the digest of a text as UTF-8; the algorithm is one of `HASHES`."""
    digest: str = HASHES[algorithm](text.encode()).hexdigest()
    return digest
