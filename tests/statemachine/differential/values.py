"""Strategies of the data that generated machines work on, and of paths into it."""

from typing import Any, Final

from hypothesis import strategies as st

WORDS: Final = st.sampled_from(["", "a", "b c", "ä€", "x,y,,z", 'q"t', "1", "O'Hara", "{}", "π\n"])
NUMBERS: Final = st.integers(-3, 12) | st.sampled_from([0.5, -1.25, 2.0, 1000000, 12345678901])
SCALARS: Final = st.none() | st.booleans() | NUMBERS | WORDS
MOMENTS: Final = st.sampled_from(
    ["2001-02-03T04:05:06Z", "2001-02-03T04:05:06.789Z", "2026-01-31T12:00:00Z"]
)
JSON: Final = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["k", "p", "id", "v"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def records() -> st.SearchStrategy[dict[str, Any]]:
    """Return objects of the one shape that paths lead into: each field has its kind."""
    item = st.fixed_dictionaries({"id": st.integers(0, 5), "v": SCALARS})
    return st.fixed_dictionaries(
        {
            "n": NUMBERS,
            "i": st.integers(1, 4),
            "s": WORDS,
            "b": st.booleans(),
            "a": st.lists(st.integers(-2, 5), max_size=3),
            "l": st.lists(item, max_size=3),
            "o": st.fixed_dictionaries({"k": SCALARS, "p": st.fixed_dictionaries({"q": SCALARS})}),
            "z": st.none(),
            "t": MOMENTS,
        }
    )


PATHS_OF_KIND: Final = {
    "number": ["$.n", "$.i", "$$.Execution.Input.n"],
    "integer": ["$.i"],
    "text": ["$.s", "$.t", "$$.State.Name"],
    "flag": ["$.b"],
    "array": ["$.a", "$.l", "$.l[*].id", "$..id", "$.l[?(@.id > 1)]", "$.a[0:2]"],
    "object": ["$.o", "$.o.p", "$"],
    "any": [
        "$.z",
        "$.o.k",
        "$.o.p.q",
        "$.o['k']",
        "$.a[0]",
        "$.l[0].v",
        "$$.Execution.Input",
    ],
}
MISSING: Final = ["$.none", "$.o.none", "$.a[7]", "$.s.none", "$$.None", "$.none[*].x", "$.l[9].id"]


def paths(kind: str, *, errors: bool = True) -> st.SearchStrategy[str]:
    """Return paths to a value of a kind, a few of them to another kind or to nothing.

    Parameters
    ----------
    errors
        Whether such wrong ones may come.
    """
    right = st.sampled_from(PATHS_OF_KIND[kind])
    if not errors:
        return right
    others = [path for paths in PATHS_OF_KIND.values() for path in paths]
    wrong = st.sampled_from(others) | st.sampled_from(MISSING)
    return st.integers(0, 11).flatmap(lambda chance: wrong if chance == 11 else right)
