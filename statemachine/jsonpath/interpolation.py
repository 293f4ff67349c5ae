"""How States.Format writes a value into a text.

Source: LocalStack 4.14, whose authors compared it with AWS: objects and arrays come as Java writes
them, `{k=[1, {z=2}]}`, and not as JSON. The Developer Guide gives examples of strings only.
"""

from typing import Any

from statemachine.errors import RUNTIME, StateFault
from statemachine.history import json_text


def interpolated(value: Any) -> str:
    """Return a value's text within a formatted text; a string stands for itself.

    Raises
    ------
    StateFault
        `States.Runtime` for data that is nested some thousand levels deep.
    """
    try:
        return _text(value)
    except RecursionError as error:
        raise StateFault(RUNTIME, "The data is nested too deeply to be written") from error


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}={_text(held)}' for name, held in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return json_text(value)
