"""Server-Timing headers are read as the W3C's algorithm reads them."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.load import parse_server_timing

TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~" + "0123456789" + "abcxyzABCXYZ"
tokens = st.text(TOKEN_CHARACTERS, min_size=1, max_size=12)
durations_ms = st.floats(0, 1e6).map(lambda duration_ms: round(duration_ms, 3))
descriptions = st.text(st.characters(codec="latin-1"), max_size=12)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


@given(st.dictionaries(tokens, durations_ms, max_size=8))
def test_what_was_written_is_read_in_its_order(stages: dict[str, float]) -> None:
    header = ", ".join(f"{name};dur={duration_ms:.3f}" for name, duration_ms in stages.items())
    parsed = parse_server_timing(header)
    assert list(parsed) == list(stages)
    assert parsed == pytest.approx(stages)


@given(
    st.dictionaries(tokens, st.tuples(durations_ms, descriptions, st.booleans()), max_size=5),
    st.sampled_from(["", " ", "\t", "  "]),
)
@example({"a": (1.0, "x, y;dur=9", True)}, "")
def test_descriptions_and_blanks_change_nothing(
    stages: dict[str, tuple[float, str, bool]], blank: str
) -> None:
    entries = []
    for name, (duration_ms, description, described_first) in stages.items():
        parameters = [f"desc{blank}={blank}{_quoted(description)}", f"dur={duration_ms!r}"]
        ordered = parameters if described_first else parameters[::-1]
        entries.append(f"{blank};{blank}".join([name, *ordered]))
    expected = {name: duration_ms for name, (duration_ms, _, _) in stages.items()}
    assert parse_server_timing(f"{blank},{blank}".join(entries)) == pytest.approx(expected)


@given(st.lists(st.text(max_size=40), max_size=3))
def test_no_text_is_too_bad_to_read(headers: list[str]) -> None:
    parsed = parse_server_timing(*headers)
    assert all(math.isfinite(duration_ms) for duration_ms in parsed.values())


@given(st.dictionaries(tokens, durations_ms, min_size=2, max_size=6))
def test_several_field_lines_are_one_list(stages: dict[str, float]) -> None:
    entries = [f"{name};dur={duration_ms}" for name, duration_ms in stages.items()]
    assert parse_server_timing(*entries) == parse_server_timing(", ".join(entries))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {}),
        ("init", {"init": 0.0}),
        ("a;dur=1;dur=2", {"a": 1.0}),
        ("a;dur=1, a;dur=2", {"a": 3.0}),
        ("a;DUR=1", {"a": 1.0}),
        ("A;dur=1, a;dur=2", {"A": 1.0, "a": 2.0}),
        ('a;dur="1.5"', {"a": 1.5}),
        ("a;dur=x, b;dur=2", {"a": 0.0, "b": 2.0}),
        ("a;dur=inf", {"a": 0.0}),
        ("a;dur=1e999", {"a": 0.0}),
        (',,"x",b;dur=2', {"b": 2.0}),
        ("a;=3;dur=4", {"a": 4.0}),
        ("a;flag;dur=4", {"a": 4.0}),
    ],
)
def test_edges_of_the_grammar(header: str, expected: dict[str, float]) -> None:
    assert parse_server_timing(header) == expected
