"""Strategies of the rules of Choice states in the JSONPath query language."""

from typing import Any, Final

from hypothesis import strategies as st

from tests.statemachine.differential.values import MOMENTS, NUMBERS, WORDS, paths

_ORDERS: Final = ["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"]
_TESTS: Final = ["IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"]
_KINDS: Final = {
    "Numeric": ("number", NUMBERS),
    "String": ("text", WORDS),
    "Timestamp": ("text", MOMENTS),
}


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a rule of one operator."""
    match draw(st.integers(0, 5)):
        case 0:
            kind = draw(st.sampled_from(["number", "text", "flag", "array", "object", "any"]))
            return {
                "Variable": draw(paths(kind)),
                draw(st.sampled_from(_TESTS)): draw(st.booleans()),
            }
        case 1:
            pattern = draw(st.sampled_from(["*", "a*", "*c", "b c", "*,*", "\\*", "a\\*b"]))
            return {"Variable": draw(paths("text")), "StringMatches": pattern}
        case 2:
            expected: Any = draw(st.booleans())
            name = "BooleanEquals"
            if draw(st.booleans()):
                expected, name = draw(paths("flag")), "BooleanEqualsPath"
            return {"Variable": draw(paths("flag")), name: expected}
        case _:
            family = draw(st.sampled_from(list(_KINDS)))
            kind, values = _KINDS[family]
            name, expected = f"{family}{draw(st.sampled_from(_ORDERS))}", draw(values)
            if draw(st.integers(1, 3)) == 3:
                name, expected = f"{name}Path", draw(paths(kind))
            variable = "$.t" if family == "Timestamp" else draw(paths(kind))
            return {"Variable": variable, name: expected}


def rules(depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Return rules, nested up to a depth, without their Next."""
    if depth == 0:
        return comparisons()
    inner = rules(depth - 1)
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        comparisons(),
        comparisons(),
        several.map(lambda found: {"And": found}),
        several.map(lambda found: {"Or": found}),
        inner.map(lambda found: {"Not": found}),
    )
