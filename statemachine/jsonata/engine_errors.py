"""What the JSONata engine says of an error, in AWS's words.

AWS evaluates by the reference implementation, version 2.0.6: the texts are that one's.
"""

import re
from typing import Final

from jlens import JlensError

from statemachine.jsonata.functions import MEMORY_LIMIT

STACK_LIMIT: Final = (
    "Stack overflow error: Check for non-terminating recursive function. "
    "Consider rewriting as tail-recursive."
)
TIME_LIMIT: Final = "Expression evaluation timeout: Check for infinite loop"

_LIMITS: Final = {
    "D1011": STACK_LIMIT,
    "D1012": TIME_LIMIT,
    "U1006": TIME_LIMIT,
    "U1001": MEMORY_LIMIT,
    "D2016": MEMORY_LIMIT,
}
"""The engine's codes for its bounds → AWS's words, which have no code."""

_WITH_FLOATS: Final = frozenset({"S0213", "D3061", "D3100"})
"""Codes whose text has a number that the engine writes as 1.0 and JavaScript as 1."""

_CHAINED: Final = re.compile(r"~>\s*\$(\w+)(?![\w(])")


def message(error: JlensError) -> str:
    """Return an error's text without its code."""
    text = str(error)
    if error.code in _WITH_FLOATS:
        return re.sub(r"(\d)\.0(?!\d)\.?", r"\1", text)
    if error.code == "D2014":
        return text.replace("1e7", "1e6")
    return text


def described(error: JlensError, text: str) -> str:
    """Return how a cause goes on behind `threw an error during evaluation` of an expression."""
    if error.code in _LIMITS:
        return f": {_LIMITS[error.code]}"
    problem = _with_name(message(error), text)
    return f". {error.code}: {problem}" if error.code else f": {problem}"


def _with_name(problem: str, text: str) -> str:
    """Name the function of `value ~> $function`, which the engine calls undefined."""
    names = set(_CHAINED.findall(text))
    if len(names) != 1:
        return problem
    return problem.replace("of function undefined", f'of function "{names.pop()}"')
