"""What can be said of an expression before it is evaluated, and what AWS refuses in one.

Source: Amazon States Language specification, "JSONata"; the texts are AWS's diagnostics.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from jlens import Expression as CompiledExpression
from jlens import JlensError

from statemachine.jsonata import functions
from statemachine.jsonata.engine_errors import message

INVALID: Final = "INVALID_JSONATA_EXPRESSION"
UNSUPPORTED: Final = "UNSUPPORTED_JSONATA_EXPRESSION"

_TOKEN: Final = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|/\*.*?\*/|\$\$|\$\w*|\w+|\?:|\?\?|\s+|.",
    re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?:\\.|[^/\\])+/[a-z]*")
_ENDS_A_VALUE: Final = re.compile(r"[\w\"'`$)\]}]\Z")

Reads = dict[str, Any]


class JsonataSyntaxError(ValueError):
    """A text is no JSONata expression that Step Functions takes.

    Parameters
    ----------
    code
        The diagnostic's code.
    """

    def __init__(self, message: str, code: str = INVALID) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Analysis:
    """An expression that is valid, and what it reads.

    Parameters
    ----------
    reads
        Name of what is bound (`states`, variables) → the fields that are read of it: a tree of
        names that ends in True, where the whole value is read.
    shadowing
        Functions, and names that the expression binds itself: variables of these names are bound,
        too.
    words
        The names with `$` that stand in the text.
    """

    compiled: CompiledExpression
    reads: Reads
    shadowing: Reads
    words: frozenset[str]

    @property
    def states_fields(self) -> frozenset[str]:
        """The members of `$states` that are read by name."""
        read = self.reads.get("states", {})
        return frozenset(read) if isinstance(read, dict) else frozenset()


def analysed(text: str) -> Analysis:
    """Compile an expression and refuse what AWS refuses.

    Raises
    ------
    JsonataSyntaxError
        For the first fault.
    """
    try:
        compiled = CompiledExpression(text)
    except JlensError as error:
        raise JsonataSyntaxError(message(error)) from error
    tokens = list(_tokens(text))
    words = frozenset(token[1:] for token in tokens if token[0] == "$")
    functions.register(compiled, words)
    for token in tokens:
        # Operators of JSONata 2.1, while AWS has 2.0.6: there the second sign stands where an
        # operand should.
        if token in ("?:", "??"):
            raise JsonataSyntaxError(f'The symbol "{token[1]}" cannot be used as a unary operator')
    reads = compiled.reads()
    problem = _top_level_reference(reads.get("input"), tokens)
    if problem:
        raise JsonataSyntaxError(problem, UNSUPPORTED)
    bound = dict(reads["bindings"])
    for name in functions.NAMES:
        bound.pop(name, None)
    # A variable may have the name of a function, which then cannot be called: $count, say.
    shadowing = {word: True for word in words if word and word not in bound}
    return Analysis(compiled, bound, shadowing, words)


def _top_level_reference(read: Any, tokens: list[str]) -> str | None:
    """Say what is read of an input document, which expressions do not have, if anything is."""
    if not read:
        return None
    if "$$" in tokens:
        return "Reference to '$$' is not supported."
    first = next((token for token in tokens if token != "("), "")  # noqa: S105 - no password
    if first == "$" or (not isinstance(read, dict) and "$" in tokens):
        return "Reference to '$' at the top level is not supported."
    if isinstance(read, dict):
        return f"Reference to '{next(iter(read))}' at the top level is not supported."
    if first == "*":
        return "Reference to '*' at the top level is not supported."
    return None


def _tokens(text: str) -> Iterator[str]:
    place, before = 0, ""
    while place < len(text):
        match = None
        if text[place] == "/" and not _ENDS_A_VALUE.search(before):
            match = _REGEX.match(text, place)
        match = match or _TOKEN.match(text, place)
        if match is None:
            return
        token, place = match[0], match.end()
        if not token.isspace() and not token.startswith("/*"):
            yield token
            before = token
