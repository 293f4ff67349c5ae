"""Where Python's JSON reader takes more than JSON."""

from typing import NoReturn


def refuse_constant(word: str) -> NoReturn:
    """Refuse `NaN`, `Infinity` and `-Infinity`; for `parse_constant` of `json.loads`.

    Raises
    ------
    ValueError
        Always.
    """
    raise ValueError(f"{word} is no JSON: write a number or a string")
