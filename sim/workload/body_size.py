"""Names of body sizes: `256 KB`, `2.5 MB`, `largest`."""

import re
from typing import Final

LARGEST: Final = "largest"
LEAST_BYTES: Final = 2048
"""Below it the smallest JPEG, with its envelope, has no room."""

LARGEST_BODY_BYTES: Final = 6_288_384
"""What `largest` is where nothing is deployed: the whole KiB below Lambda's 6,291,456 that leave
the proxy event 3 KiB for its envelope and the escapes; a run measures it for its own routes."""

_NAME: Final = re.compile(r"(\d+(?:\.\d+)?) (KB|MB)")
_UNITS: Final = {"KB": 1024, "MB": 1_048_576}


def body_bytes_of(size: str, largest_bytes: int) -> int:
    """Return the bytes of the body that is called `size`; 1 MB is 1,048,576 bytes, as AWS's is.

    Raises
    ------
    ValueError
        If it is no size, or one that does not fit.

    Examples
    --------
    >>> body_bytes_of("2.5 MB", 6_000_000)
    2621440
    """
    if size == LARGEST:
        return largest_bytes
    found = _NAME.fullmatch(size)
    if not found:
        raise ValueError(f"size {size!r} is unknown: write it as in 256 KB or 2.5 MB, or {LARGEST}")
    body_bytes = round(float(found[1]) * _UNITS[found[2]])
    if not LEAST_BYTES <= body_bytes <= largest_bytes:
        raise ValueError(
            f"size {size!r} is {body_bytes} bytes; a body has {LEAST_BYTES} to {largest_bytes}"
        )
    return body_bytes
