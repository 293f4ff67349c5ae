"""The intrinsic functions by their documented behaviour."""

import base64
import hashlib
import json
import random
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import ExecutionError
from statemachine.jsonpath.intrinsic_functions import FUNCTION_NAMES, check_call, evaluate
from statemachine.jsonpath.intrinsic_syntax import IntrinsicSyntaxError, parse_call
from statemachine.scope import Scope


def value(text: str, data: Any = None, context: Any = None) -> Any:
    return evaluate(parse_call(text), Scope(data, context or {}), random.Random(1))


INTEGERS = st.integers(-(2**31), 2**31 - 1)
OBJECTS = [{"n": 3}, {"n": 4}, {"n": 5}]
ARRAY = {"a": [1, 2, 3, 4, 5, 6, 7, 8, 9], "s": "x", "n": 3, "o": OBJECTS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("States.Array($.n, 'b', true, null, 1.5)", [3, "b", True, None, 1.5]),
        ("States.Array()", []),
        ("States.ArrayPartition($.a, 4)", [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
        ("States.ArrayContains($.a, 5)", True),
        ("States.ArrayContains($.a, '5')", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(3, 1, -1)", [3, 2, 1]),
        ("States.ArrayGetItem($.a, 5)", 6),
        ("States.ArrayLength($.a)", 9),
        ("States.ArrayUnique(States.Array(1, 1, '1', 2))", [1, "1", 2]),
        ("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode('RGVjb2RlZCBkYXRh')", "Decoded data"),
        ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.JsonMerge($.l, $.r, false)", {"a": {"c": 3}, "b": 2, "z": 1}),
        ("States.StringToJson('{\"a\": [1]}')", {"a": [1]}),
        ("States.JsonToString($.l)", '{"a":{"b":1},"b":2}'),
        ("States.MathAdd($.n, -1)", 2),
        ("States.StringSplit('1,2,3,4,5', ',')", ["1", "2", "3", "4", "5"]),
        ("States.StringSplit('a.b+c', '.+')", ["a", "b", "c"]),
        ("States.Format('Hello, my name is {}.', $.s)", "Hello, my name is x."),
        ("States.Format('{} of {}', 1, $.a)", "1 of [1, 2, 3, 4, 5, 6, 7, 8, 9]"),
        ("States.Format('{}', $.l)", "{a={b=1}, b=2}"),
        ("States.Format('{}{}', null, States.Array(true, 1.5, 'x y'))", "null[true, 1.5, x y]"),
        ("States.StringToJson('')", None),
        ("States.StringSplit('abc', '')", ["a", "b", "c"]),
        (r"States.Format('\{\} and {}', 'it\'s')", "{} and it's"),
        ("States.Format('{}', $$.Execution.Name)", "run"),
        ("States.ArrayLength($.o[?(@.n > 3)])", 2),
    ],
)
def test_documented_results(text: str, expected: Any) -> None:
    data = {**ARRAY, "l": {"a": {"b": 1}, "b": 2}, "r": {"a": {"c": 3}, "z": 1}}
    found = value(text, data, {"Execution": {"Name": "run"}})
    assert (found, type(found)) == (expected, type(expected))


@given(st.text(max_size=200))
def test_base64_and_json_come_back(text: str) -> None:
    data = {"x": text}
    encoded = value("States.Base64Encode($.x)", data)
    assert encoded == base64.b64encode(text.encode()).decode()
    assert value("States.Base64Decode($.x)", {"x": encoded}) == text
    written = value("States.JsonToString($)", data)
    assert json.loads(written) == data
    assert value("States.StringToJson($.x)", {"x": written}) == data


@given(st.lists(st.integers(), max_size=30), st.integers(1, 8))
def test_partitions_are_full_but_for_the_last_and_join_to_the_whole(items: Any, size: int) -> None:
    parts = value("States.ArrayPartition($.i, $.n)", {"i": items, "n": size})
    assert [item for part in parts for item in part] == items
    assert all(len(part) == size for part in parts[:-1])


@given(INTEGERS, INTEGERS)
def test_sums(first: int, second: int) -> None:
    assert value("States.MathAdd($.a, $.b)", {"a": first, "b": second}) == first + second


@given(st.text(alphabet="ab,;", max_size=20))
def test_splits_hold_no_separator_and_no_empty_part(text: str) -> None:
    parts = value("States.StringSplit($.t, ',;')", {"t": text})
    assert "".join(parts) == text.replace(",", "").replace(";", "")
    assert all(parts)


@given(st.integers(-100, 100), st.integers(1, 100))
def test_random_numbers_lie_within_and_a_seed_repeats_them(start: int, width: int) -> None:
    data = {"s": start, "e": start + width}
    assert start <= value("States.MathRandom($.s, $.e)", data) < start + width
    text = "States.MathRandom($.s, $.e, 7)"
    assert value(text, data) == value(text, data)


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [("MD5", "md5"), ("SHA-256", "sha256"), ("SHA-384", "sha384"), ("SHA-512", "sha512")],
)
def test_hashes(name: str, algorithm: str) -> None:
    expected = hashlib.new(algorithm, b"x", usedforsecurity=False).hexdigest()
    assert value(f"States.Hash('x', '{name}')") == expected


def test_a_uuid_is_one_of_version_4() -> None:
    assert uuid.UUID(value("States.UUID()")).version == 4


@pytest.mark.parametrize(
    "text",
    [
        "States.ArrayGetItem($.a, 9)",
        "States.ArrayGetItem($.a, -1)",
        "States.ArrayPartition($.a, 0)",
        "States.ArrayRange(1, 2, 0)",
        "States.ArrayRange(1, 2000, 1)",
        "States.ArrayLength($.s)",
        "States.Base64Decode('*')",
        "States.Hash('x', 'CRC')",
        "States.JsonMerge($.a, $.a, false)",
        "States.StringToJson('{')",
        "States.MathAdd(1)",
        "States.MathAdd(1, 2147483648)",
        "States.MathAdd(1, 'b')",
        "States.MathRandom(2, 1)",
        "States.Format('{}')",
        "States.UUID(1)",
    ],
)
def test_wrong_arguments_are_intrinsic_failures(text: str) -> None:
    with pytest.raises(ExecutionError) as failed:
        value(text, ARRAY)
    assert failed.value.error == "States.IntrinsicFailure"


@pytest.mark.parametrize(
    "text",
    [
        "States.Format",
        "States.Format('a'",
        "States.Format('a) ",
        "States.Format(a)",
        "States.UUID() x",
        "Format('a')",
        "States.Array(1,)",
        "States.Array(" * 11 + ")" * 11,
    ],
)
def test_what_breaks_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(IntrinsicSyntaxError):
        parse_call(text)


def test_there_are_18_and_others_are_unknown() -> None:
    assert len(FUNCTION_NAMES) == 18
    assert check_call(parse_call("States.Nothing()")) == "States.Nothing is no intrinsic function"
    assert check_call(parse_call("States.Array(States.Nothing())")) is not None
