"""Pages of a list, and the tokens that lead from one to the next."""

import base64
import binascii
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.states_service.refusal import Refusal

MAX_PAGE: Final = 1_000
DEFAULT_PAGE: Final = 100
"""Source: Step Functions API Reference, "maxResults" of every list."""


def page(items: Iterable[Any], given: Mapping[str, Any]) -> tuple[list[Any], str | None]:
    """Return a page of *items* and the token of the next; the token holds the place to go on.

    Raises
    ------
    Refusal
        `ValidationException` for a size that is none, `InvalidToken`.
    """
    size = int(given.get("maxResults") or DEFAULT_PAGE)
    if not 0 < size <= MAX_PAGE:
        raise Refusal("ValidationException", f"maxResults: {size} is not between 1 and {MAX_PAGE}")
    start = _place(given.get("nextToken"))
    found = list(itertools.islice(items, start, start + size + 1))
    if len(found) <= size:
        return found, None
    return found[:size], base64.urlsafe_b64encode(str(start + size).encode()).decode()


def _place(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError) as error:
        raise Refusal("InvalidToken", f"Invalid Token: '{token}'") from error


def with_token(body: dict[str, Any], token: str | None) -> dict[str, Any]:
    """Return an answer with the token of the next page, if there is one."""
    return {**body, "nextToken": token} if token else body
