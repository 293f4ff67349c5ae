"""JSONata: values, AWS's texts for what fails, and bounds."""

import json
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine.errors import QueryEvaluationError
from statemachine.jsonata import (
    JsonataSyntaxError,
    compile_expression,
    filled,
    is_expression,
    template_problems,
)

ITEMS = [{"n": 3, "s": "OPEN"}, {"n": 9, "s": "SHUT"}, {"n": 4, "s": "OPEN"}]
INPUT = {"items": ITEMS, "one": [1], "none": None, "empty": [], "o": {"p": {"q": [[1]]}}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(alphabet="abc", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=10,
)


def value(text: str, execution_input: Any = INPUT, seed: int = 1, **bindings: Any) -> Any:
    states = {"input": execution_input, "context": {"Execution": {"Name": "run"}}}
    return compile_expression("{% " + text + " %}").evaluate(
        {**bindings, "states": states}, random.Random(seed), location="Output/x", state="S", now_s=0
    )


def failure(text: str, **bindings: Any) -> str:
    with pytest.raises(QueryEvaluationError) as failed:
        value(text, **bindings)
    error = failed.value
    assert (error.error, error.location) == ("States.QueryEvaluationError", "Output/x")
    named = f"The JSONata expression '{text}' specified for the field 'Output/x' "
    assert error.cause.startswith(named)
    return error.cause.removeprefix(named)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$states.input.items[s = 'OPEN'].n", [3, 4]),
        ("$states.input.items[n > 5].n", 9),
        ("$states.input.items.n", [3, 9, 4]),
        ("$states.input.items{s: $sum(n)}", {"OPEN": 7, "SHUT": 9}),
        ("$states.input.items^(>n)[0].n", 9),
        ("$states.input.one", [1]),
        ("$states.input.one[0]", 1),
        ("$states.input.empty", []),
        ("$states.input.none", None),
        ("$states.input.o.p.q", [[1]]),
        ("$states.context.Execution.Name & '!'", "run!"),
        ("[$states.input.absent]", []),
        ('{"a": $states.input.absent}', {}),
        ("6/2", 3),
        ("7/2", 3.5),
        ("0.1 + 0.2", 0.30000000000000004),
        ("$string(0.1 + 0.2)", "0.3"),
        ("($f := function($n){ $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))", 3628800),
        ("$map([1..3], function($v){ $v * 2 })", [2, 4, 6]),
        ("$now()", "1970-01-01T00:00:00.000Z"),
        ("1/0", "Infinity"),
        ("[1, -1/0]", [1, "-Infinity"]),
        ("$map([1, 0, 2], function($v){ 1 / $v })", [1, "Infinity", 0.5]),
        ("1e308 * 10", "Infinity"),
        ("-1e308 * 10", "-Infinity"),
        ("-1e308 - 1e308", "-Infinity"),
        ("1/0 > 5", True),
        ('{"k": 1/0}', {"k": "Infinity"}),
        ('"a ?: b" & /* ?? */ "c"', "a ?: bc"),
    ],
)
def test_values(text: str, expected: Any) -> None:
    found = value(text)
    assert json.dumps(found) == json.dumps(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$partition([1,2,3,4], 3)", [[1, 2, 3], [4]]),
        ("$range(0, 6, 2)", [0, 2, 4, 6]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ('$hash("input", "SHA-1")', "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"),
        ('$parse("{\\"a\\":1}").a', 1),
        ("$random(42)", 0.7275636800328681),
        ("$states.input.items ~> $partition(2) ~> $count()", 2),
    ],
)
def test_functions_of_step_functions_give_what_aws_gives(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_chance_comes_from_the_randomness_that_is_handed_in() -> None:
    for text in ("$random()", "$uuid()", "$shuffle([1..20])"):
        assert value(text) == value(text)
        assert value(text) != value(text, seed=2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$states.input.absent", "returned nothing (undefined)."),
        ("$absent", "returned nothing (undefined)."),
        ('$map($parse("[]"), function($v){ $v })', "returned nothing (undefined)."),
        ("$sum", "returned an unsupported result type."),
        ("function($x){$x}", "returned an unsupported result type."),
        ("/a/", "returned an unsupported result type."),
        (
            '$eval("1+1")',
            "threw an error during evaluation. T1006: Attempted to invoke a non-function",
        ),
        (
            '$formatNumber(1, "x")',
            "threw an error during evaluation. D3086: The sub-picture must not contain a passive "
            "character that is preceded by an active character and that is followed by another "
            "active character",
        ),
        (
            '$sum(["a"])',
            'threw an error during evaluation. T0412: Argument 1 of function "sum" must be an '
            'array of "numbers"',
        ),
        (
            '"a" ~> $sum',
            'threw an error during evaluation. T0412: Argument 1 of function "sum" must be an '
            'array of "numbers"',
        ),
        (
            "1 + 'a'",
            'threw an error during evaluation. T2002: The right side of the "+" operator must '
            "evaluate to a number",
        ),
        ("$error('boo')", "threw an error during evaluation. D3137: boo"),
        (
            "[1..900000] ~> $count()",
            "threw an error during evaluation: Expression evaluation memory limit exceeded: Check "
            "for excessive memory usage",
        ),
        (
            "+".join(["1"] * 200),
            "threw an error during evaluation: Stack overflow error: Check for non-terminating "
            "recursive function. Consider rewriting as tail-recursive.",
        ),
    ],
)
def test_failures_in_aws_s_words(text: str, problem: str) -> None:
    assert failure(text) == problem


@pytest.mark.parametrize(
    "text",
    [
        "($f := function($x){ $f($x + 1) }; $f(1))",
        "($f := function($x){ 1 + $f($x + 1) }; $f(1))",
        "[1..1e9]",
        "$range(1, 1e9, 1)",
        '($p := function($s){ $p($s & $s) }; $p("x"))',
        '$pad("x", 1e9)',
        '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /(a+)+$/)',
        "($f := function($s){ $f($append([$s], [$s])) }; $f([1]))",
    ],
)
def test_bombs_end_soon(text: str) -> None:
    began_s = time.monotonic()
    assert "threw an error during evaluation" in failure(text)
    assert time.monotonic() - began_s < 10


def test_the_largest_values_that_aws_takes_are_taken() -> None:
    assert value("[1..873782] ~> $count()") == 873_782
    grown = "($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', 22)))"
    assert value(grown) == 2**22
    assert value("+".join(["1"] * 100)) == 100


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("1 +", "INVALID", "Unexpected end of expression"),
        ("", "INVALID", "Unexpected end of expression"),
        ("$a[1,2)", "INVALID", 'Expected "]", got ","'),
        ('"unterminated', "INVALID", "String literal must be terminated by a matching quote"),
        ('{"a":}', "INVALID", 'The symbol "}" cannot be used as a unary operator'),
        ('$match("a", /abc', "INVALID", "No terminating / in regular expression"),
        ("$a ?: 1", "INVALID", 'The symbol ":" cannot be used as a unary operator'),
        ("$a ?? 1", "INVALID", 'The symbol "?" cannot be used as a unary operator'),
        ("phone", "UNSUPPORTED", "Reference to 'phone' at the top level is not supported."),
        (
            "$uppercase(phone.x)",
            "UNSUPPORTED",
            "Reference to 'phone' at the top level is not supported.",
        ),
        ("$", "UNSUPPORTED", "Reference to '$' at the top level is not supported."),
        ("$.a", "UNSUPPORTED", "Reference to '$' at the top level is not supported."),
        ("(" * 2_000 + "1" + ")" * 2_000, "INVALID", None),
    ],
)
def test_what_aws_refuses_at_creation(text: str, code: str, message: str | None) -> None:
    with pytest.raises(JsonataSyntaxError) as refused:
        compile_expression("{% " + text + " %}")
    assert refused.value.code == f"{code}_JSONATA_EXPRESSION"
    assert message in (str(refused.value), None)


def test_names_within_a_path_are_no_references_at_the_top_level() -> None:
    assert value('$states.input.items[0].{"n": n, "whole": $}')["whole"] == ITEMS[0]


def test_a_variable_may_have_the_name_of_a_function() -> None:
    assert value("$count + 1", count=42) == 43
    assert value("$count([1, 2])") == 2
    assert "T1006" in failure("$count([1, 2])", count=42)
    assert value("$hash & $uuid", hash="a", uuid="b") == "ab"


def test_an_expression_tells_what_it_reads() -> None:
    expression = compile_expression("{% ($y := 1; $y + $x + $states.result.a & $uuid()) %}")
    assert expression.variables == {"x"}
    assert expression.states_fields == {"result"}


def test_templates_are_filled_and_name_the_place_of_a_failure() -> None:
    template = {"a": "{% $x %}", "b": ["{% $x + 1 %}", {"c": 1, "d": "plain"}], "e": None}
    found = filled(template, {"x": 1}, random.Random(1), location="Output", state="S")
    assert found == {"a": 1, "b": [2, {"c": 1, "d": "plain"}], "e": None}
    with pytest.raises(QueryEvaluationError) as failed:
        filled({"v": ["{% $y %}"]}, {}, random.Random(1), location="Output", state="S")
    assert failed.value.location == "Output/v[0]"


def test_problems_of_a_template_are_all_found() -> None:
    template = {"a": "{% phone %}", "b": ["{% 1 + %}", "{% $states.errorOutput %}"], "c": "x"}
    problems = template_problems(template, "/States/S/Output", states={"input", "context"})
    assert problems == [
        (
            "/States/S/Output/a",
            "UNSUPPORTED_JSONATA_EXPRESSION",
            "Reference to 'phone' at the top level is not supported.",
        ),
        ("/States/S/Output/b[0]", "INVALID_JSONATA_EXPRESSION", "Unexpected end of expression"),
        (
            "/States/S/Output/b[1]",
            "UNSUPPORTED_JSONATA_EXPRESSION",
            "Field '$states.errorOutput' does not exist.",
        ),
    ]


def test_only_strings_in_braces_are_expressions() -> None:
    given = ["{% 1 %}", "{%1%}", "{% 1", "1 %}", " {% 1 %}", 1, None]
    assert [is_expression(each) for each in given] == [True, True, *[False] * 5]


@given(data=JSON)
def test_what_is_bound_comes_back_and_is_not_changed(data: Any) -> None:
    before = json.dumps(data)
    assert json.dumps(value("$x", x=data)) == before
    # Through the engine, too, which a plain path does not need.
    assert json.dumps(value('$lookup({"a": $x}, "a")', x=data)) == before or data == []
    assert json.dumps(data) == before


@given(data=st.dictionaries(st.sampled_from("abc"), JSON, max_size=3))
def test_a_plain_path_gives_what_the_engine_gives(data: Any) -> None:
    def outcome(text: str) -> str:
        try:
            return json.dumps(value(text, data))
        except QueryEvaluationError as error:
            return error.cause.split("'")[-1]

    for path in (
        "$states.input.a",
        "$states.input.a.b",
        "$states.input.a.b.c",
        "$states.input.a[0]",
        "$states.input.a[1].b",
        "$states.input.a.b[0][0]",
    ):
        assert outcome(path) == outcome(f"({path})")
