"""What paths select, and what is said of those that lead nowhere."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import ExecutionError
from statemachine.jsonpath.json_path import PathSyntaxError, check_path, read, selects
from statemachine.jsonpath.payload_template import expression_value
from statemachine.scope import Scope

BOOKS = [
    {"title": "a", "price": 5, "tags": ["x"]},
    {"title": "b", "price": 12.5, "tags": ["x", "y"]},
    {"title": "c", "price": "20", "isbn": None},
]
DATA = {"books": BOOKS, "one": [7], "none": None, "o": {"p": {"q": 1}}, "n": [1, 2, 3, 4]}

KEYS = st.text(alphabet="abc", min_size=1, max_size=2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet="ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.books[*].title", ["a", "b", "c"]),
        ("$.books[-1].title", "c"),
        ("$.n[1:3]", [2, 3]),
        ("$.n[-2:]", [3, 4]),
        ("$.n[::2]", [1, 3]),
        ("$.n[0,2]", [1, 3]),
        ("$['one','none','absent']", {"one": [7], "none": None}),
        (
            "$.books[*]['title','isbn']",
            [{"title": "a"}, {"title": "b"}, {"title": "c", "isbn": None}],
        ),
        ("$..q", [1]),
        ("$.o..*", [{"q": 1}, 1]),
        ("$.books[?(@.price < 10)].title", ["a"]),
        ("$.books[?(@.price == 20)].title", ["c"]),
        ("$.books[?(@.price >= 5 && @.price <= 12.5)].title", ["a", "b"]),
        ("$.books[?(@.title in ['a', 'c'])].price", [5, "20"]),
        ("$.books[?(@.title != 'a')].title", ["b", "c"]),
        ("$.books[?(@.isbn)].title", ["c"]),
        ("$.books[?(@.isbn == null)].title", ["c"]),
        ("$.books[?(@.tags contains 'y')].title", ["b"]),
        ("$.books[?(@.title =~ /[AB]/i)].title", ["a", "b"]),
        ("$.books[?(@.absent)]", []),
        ("$.books[?(@.tags[1] == 'y' || !@.tags)].title", ["b", "c"]),
        ("$.books[?(@.price == $.o.p.q)]", []),
        ("$.books[?(@..*)].title", ["a", "b", "c"]),
        ("$.books[?(@.title > 'a' && @.price < 'z')].title", ["c"]),
        ("$.n[?(@ > 1)]", []),
        ("$.o.p[?(@.q == 1)]", [{"q": 1}]),
        ("$.books[*].tags[0]", ["x", "x"]),
        ("$.books[5]", None),
        ("$.n[9:]", []),
        ("$.none", None),
        ("$.books.length()", 3),
        ("$.o[*]", [{"q": 1}]),
    ],
)
def test_what_paths_select(path: str, found: Any) -> None:
    assert read(path, Scope(DATA, {})) == found


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("$.absent", "No results for path: $['absent']"),
        ("$.o.absent", "No results for path: $['o']['absent']"),
        ("$.absent.deep", "Missing property in path $['absent']"),
        ("$.absent[*]", "Missing property in path $['absent']"),
        ("$.one.p", "Property ['p'] not found in path $['one']"),
        ("$.none[0]", "The path $['none'] is null"),
        ("$.n.sum()", "No results for path: $['n'].sum()"),
    ],
)
def test_why_a_path_leads_nowhere(path: str, reason: str) -> None:
    for field in ("InputPath", "OutputPath"):
        with pytest.raises(ExecutionError) as failed:
            read(path, Scope(DATA, {}), field=field)
        assert failed.value.error == "States.Runtime"
        assert failed.value.cause == f"Invalid path '{path}' : {reason}"


def test_a_template_s_path_that_leads_nowhere_shows_the_input() -> None:
    with pytest.raises(ExecutionError) as failed:
        read("$.application.address", Scope({"flagged": False}, {}), field="address.$")
    assert failed.value.cause == (
        "The JSONPath '$.application.address' specified for the field 'address.$' could not be "
        "found in the input '{\"flagged\":false}'"
    )


def test_null_has_nothing_in_it() -> None:
    with pytest.raises(ExecutionError) as failed:
        read("$.a", Scope(None, {}), field="InputPath")
    assert failed.value.cause == "Unable to apply Path transformation to null or empty input."
    assert read("$", Scope(None, {})) is None


def test_a_function_s_failure_names_the_call_and_the_argument() -> None:
    text = "States.Format('{}', $.none)"
    with pytest.raises(ExecutionError) as failed:
        expression_value(text, Scope({}, {}), None, "States.Runtime")  # type: ignore[arg-type]
    assert failed.value.error == "States.Runtime"
    assert failed.value.cause == (
        f"The function '{text}' had the following error: The JsonPath argument for the field "
        "'$.none' could not be found in the input '{}'"
    )


@pytest.mark.parametrize("path", ["$.a[0]", "$.a[-1]", "$.b", "$.b.c", "$.a[*].x", "$..x", "$x"])
def test_nothing_is_present_where_there_is_nothing(path: str) -> None:
    assert not selects(path, Scope({"a": []}, {}))


@pytest.mark.parametrize(
    "path",
    ["$.a[", "$.a[?(@.b ==)]", "$.", "$..", "$.a b", "$.a[?(@.b == 1]", "$.a[?match(@.b, 'x')]"],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(PathSyntaxError):
        check_path(path)


def _all_values(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [each for child in inner for each in (child, *_all_values(child))]


@given(data=JSON.filter(lambda value: value is not None))
def test_scans_find_all_there_is_in_the_order_of_the_text(data: Any) -> None:
    before = json.dumps(data)
    found = read("$..*", Scope(data, {}))
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, _all_values(data)))
    named = read("$..a", Scope(data, {}))
    pairs = [v["a"] for v in [data, *_all_values(data)] if isinstance(v, dict) and "a" in v]
    assert named == pairs
    assert json.dumps(data) == before


@given(items=st.lists(st.integers(), max_size=6), start=st.integers(-8, 8), stop=st.integers(-8, 8))
def test_slices_and_indexes_are_python_s(items: list[int], start: int, stop: int) -> None:
    scope = Scope({"a": items}, {})
    assert read(f"$.a[{start}:{stop}]", scope) == items[start:stop]
    expected = items[start] if -len(items) <= start < len(items) else None
    assert read(f"$.a[{start}]", scope) == expected
    assert selects(f"$.a[{start}]", scope) is (-len(items) <= start < len(items))
