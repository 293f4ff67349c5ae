"""Pages of a list, and the tokens that lead from one to the next.

A token says which item was the last, when it was given out and for which arguments; it is good for
this process and 24 hours. Source: Step Functions API Reference, "nextToken".
"""

import base64
import binascii
import hashlib
import itertools
import secrets
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import orjson

from sim.states_service.refusal import Refusal

MAX_PAGE: Final = 1_000
DEFAULT_PAGE: Final = 100
"""Source: Step Functions API Reference, "maxResults" of every list; 0 stands for the default."""

MAX_PAGE_BYTES: Final = 4 * 1024 * 1024
"""Source of there being such a bound: the same: "This is only an upper limit. The actual number of
results returned per call might be fewer than the specified maximum." """

TOKEN_LIFE_S: Final = 24 * 3600.0

_KEY: Final = secrets.token_bytes(16)
_CONTENT: Final = struct.Struct(">qd")
_DIGEST_BYTES: Final = 16

Item = TypeVar("Item")


def page(
    items: Iterable[Item],
    given: Mapping[str, Any],
    key: Callable[[Item], int] | None = None,
    *,
    weigh: Callable[[Item], int] | None = None,
    now: Callable[[], float] = time.time,
) -> tuple[list[Item], str | None]:
    """Return a page of *items* and the token of the next.

    Parameters
    ----------
    items
        The whole list, in its order.
    given
        The call's parameters.
    key
        A number that goes up from item to item and stays an item's own while others come and go;
        None takes its place in the list.
    weigh
        How many bytes an item has, about: a page ends before `MAX_PAGE_BYTES`, but for its first
        item. None for items that are all small.

    Raises
    ------
    Refusal
        `InvalidToken` for a token that was not given out for these arguments, or too long ago.
    """
    size = min(given.get("maxResults") or DEFAULT_PAGE, MAX_PAGE)
    numbered: Iterable[tuple[int, Item]]
    numbered = enumerate(items) if key is None else ((key(item), item) for item in items)
    token = given.get("nextToken")
    if token is not None:
        last = _read(token, given, now())
        numbered = itertools.dropwhile(lambda entry: entry[0] <= last, numbered)
    content: list[Item] = []
    last_number, weight = 0, 0
    for number, item in numbered:
        weight += 0 if weigh is None else weigh(item)
        if len(content) == size or (content and weight > MAX_PAGE_BYTES):
            return content, _written(last_number, given, now())
        content.append(item)
        last_number = number
    return content, None


def with_token(body: dict[str, Any], token: str | None) -> dict[str, Any]:
    """Return an answer with the token of the next page, if there is one."""
    return {**body, "nextToken": token} if token else body


def _digest(content: bytes, given: Mapping[str, Any]) -> bytes:
    """Return what proves a token: nobody else can make one, nor use it with other arguments."""
    others = {name: value for name, value in given.items() if name not in _FREE}
    arguments = orjson.dumps(others, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(content + arguments, key=_KEY, digest_size=_DIGEST_BYTES).digest()


_FREE: Final = frozenset({"nextToken", "maxResults"})


def _written(last: int, given: Mapping[str, Any], now_s: float) -> str:
    content = _CONTENT.pack(last, now_s)
    return base64.urlsafe_b64encode(content + _digest(content, given)).decode()


def _read(token: str, given: Mapping[str, Any], now_s: float) -> int:
    try:
        decoded = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    content, digest = decoded[: _CONTENT.size], decoded[_CONTENT.size :]
    if len(digest) != _DIGEST_BYTES or not secrets.compare_digest(digest, _digest(content, given)):
        raise Refusal("InvalidToken", "Invalid Token: 'Invalid token'")
    last, given_at_s = _CONTENT.unpack(content)
    if now_s - given_at_s > TOKEN_LIFE_S:
        raise Refusal("InvalidToken", "Invalid Token: 'Expired token'")
    return int(last)
