"""Reads the id that a receipt gives the message."""

import json


def message_id(answer: str | bytes) -> str:
    """Return the answer's `messageID`, or the empty string if the answer is no receipt."""
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    given = found.get("messageID") if isinstance(found, dict) else None
    return given if isinstance(given, str) else ""
