"""What the functions of the running stack are doing, as the stack itself says."""

import json
from typing import Any, Final

import urllib3

from bench.observe.errors import ObserveError

_TIMEOUT_S: Final = 5.0


def read_status(pool: urllib3.PoolManager, url: str) -> dict[str, Any]:
    """Return the status document at *url*.

    Raises
    ------
    ObserveError
        When nothing answers there, or with something else.
    """
    try:
        answer = pool.request("GET", url, timeout=_TIMEOUT_S, retries=False)
        found = json.loads(answer.data)
    except urllib3.exceptions.HTTPError as error:
        raise ObserveError(f"{url} does not answer ({error}): see that the stack runs") from error
    except ValueError as error:
        raise ObserveError(f"{url} does not answer with JSON: start the stack again") from error
    if (
        answer.status != 200
        or not isinstance(found, dict)
        or not {"account", "functions"} <= set(found)
    ):
        raise ObserveError(f"{url} answers with no status: start the stack again")
    return found
