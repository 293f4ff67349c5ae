"""Strategies of JSONata expressions and templates, as fields of generated states have them."""

import re
from typing import Any, Final

from hypothesis import strategies as st

from tests.statemachine.differential.values import SCALARS

_READ: Final = {
    "number": ["$states.input.n", "$states.input.i", "$count($states.input.a)", "7", "-1.5"],
    "integer": ["$states.input.i", "3", "$length($states.input.s)"],
    "text": ["$states.input.s", "$states.input.t", "$states.context.State.Name", "'x'", '"y z"'],
    "flag": ["$states.input.b", "true", "$exists($states.input.none)"],
    "array": ["$states.input.a", "$states.input.l", "$states.input.l.id", "[1..3]", "[]"],
    "object": ["$states.input.o", "$states.input", '{"k": 1}', "$states.context.Execution.Input"],
    "any": ["$states.input.z", "$states.input.o.k", "$states.input.a[0]", "null"],
}
_MADE: Final = {
    "number": ["(<n> + <n>)", "(<n> * <i>)", "$sum(<a>)", "$abs(<n>)", "$floor(<n> / <i>)"],
    "integer": ["(<i> + 1)", "$count(<a>)", "$round(<n>)"],
    "text": ["(<t> & <t>)", "$string(<x>)", "$uppercase(<t>)", "$substring(<t>, 1)", "$type(<x>)"],
    "flag": ["(<n> < <n>)", "(<x> = <x>)", "$not(<b>)", "(<b> and <b>)", "$contains(<t>, 'a')"],
    "array": [
        "$append(<a>, <x>)",
        "$map(<a>, function($v) { {'v': $v} })",
        "$filter(<a>, function($v, $p) { $p > 0 })",
        "$partition([1..5], <i>)",
        "$range(0, <i>, 1)",
        "$split(<t>, ',')",
        "[<x>, <x>]",
        "$distinct(<a>)",
    ],
    "object": ["$merge([<o>, <o>])", "$parse('{\"k\": [1, 2]}')", "{'n': <n>, 't': <t>}"],
    "any": ["(<b> ? <x> : <x>)", "$hash(<t>, 'SHA-256')", "(<o>).k", "(<a>)[0]"],
}
_LETTERS: Final = {
    "n": "number",
    "i": "integer",
    "t": "text",
    "b": "flag",
    "a": "array",
    "o": "object",
    "x": "any",
}
_PLACE: Final = re.compile(r"<(\w)>")
_WRONG: Final = [
    "$states.input.none",
    "('a' + 1)",
    "$none",
    "$sum('x')",
    "$error('Boom')",
    "$parse('{')",
]


@st.composite
def bodies(
    draw: st.DrawFn, kind: str = "any", variables: tuple[str, ...] = (), depth: int = 2
) -> str:
    """Draw an expression without its `{% %}`, mostly of a kind."""
    chance = draw(st.integers(0, 19))
    if chance == 19:
        return draw(st.sampled_from(_WRONG))
    if chance >= 16 and variables:
        return f"${draw(st.sampled_from(variables))}"
    if depth == 0 or chance < 8:
        return draw(st.sampled_from(_READ[kind]))
    parts = _PLACE.split(draw(st.sampled_from(_MADE[kind])))
    # A place's letter comes after each text: text, letter, text, letter, text.
    for place in range(1, len(parts), 2):
        parts[place] = draw(bodies(_LETTERS[parts[place]], variables, depth - 1))
    return "".join(parts)


def expressions(kind: str = "any", variables: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """Return expressions as a field has them."""
    return bodies(kind, variables).map(lambda body: f"{{% {body} %}}")


@st.composite
def jsonata_templates(draw: st.DrawFn, variables: tuple[str, ...] = (), depth: int = 2) -> Any:
    """Draw a value of Output or Arguments."""
    match draw(st.integers(0, 4)):
        case 0:
            return draw(SCALARS)
        case 1 if depth > 0:
            return [draw(jsonata_templates(variables, depth - 1)) for _ in range(2)]
        case 2 | 3 if depth > 0:
            names = draw(st.lists(st.sampled_from(["n", "s", "a", "x"]), unique=True, max_size=3))
            return {name: draw(jsonata_templates(variables, depth - 1)) for name in names}
        case _:
            return draw(expressions(draw(st.sampled_from(list(_READ))), variables))
