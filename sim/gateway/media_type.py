"""Which bodies an API treats as binary.

Source: API Gateway Developer Guide, "Binary media types for REST APIs in API Gateway".
"""

from collections.abc import Iterable


def is_binary(media_type: str, binary_media_types: Iterable[str]) -> bool:
    """Return whether a header's first media type is one of an API's binary ones.

    `*/*` among them takes every body, one without a media type too.
    """
    first = media_type.split(",")[0].split(";")[0].strip().lower()
    kind = first.partition("/")[0]
    return any(
        each in ("*/*", first) or (each.endswith("/*") and each[:-2] == kind and bool(first))
        for each in (item.lower() for item in binary_media_types)
    )
