import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.results import Redaction, redaction_of_this_machine

REDACTION = Redaction("buildhost", "alice", ("k3y-of-the-api",))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("cannot open /home/alice/x/y.py: no", "cannot open <path>/y.py: no"),
        ('File "/usr/lib/python3.11/ssl.py", line 3', 'File "<path>/ssl.py", line 3'),
        (r"C:\Users\alice\run.log is busy", "<path>/run.log is busy"),
        ("alice at buildhost:6379", "<user> at <host>:6379"),
        ("no redis://:pass@cache:6379/0", "no redis://<credentials>@cache:6379/0"),
        ("x-api-key: k3y-of-the-api", "x-api-key: <secret>"),
    ],
)
def test_what_names_a_machine_or_opens_a_door_is_taken_out(text, clean):
    assert REDACTION.text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "POST /v1/ingestMessage answered 503",
        "2026/01/01/00/00/00/0b6d is not there",
        "s3://archive/2026/01/01",
        "alicehouse and buildhosts are other words",
        "http://127.0.0.1:8080/v1/x?mail=a@b",
    ],
)
def test_what_names_nothing_stays(text):
    assert REDACTION.text(text) == text


@pytest.mark.parametrize("name", ["", "root", "bob"])
def test_a_name_that_is_an_ordinary_word_or_short_stays(name):
    assert Redaction(host_name=name, user_name=name).text("root bob ran") == "root bob ran"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("by alice"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


@given(json_values)
def test_a_json_value_keeps_its_shape_and_loses_the_name_everywhere(value):
    def check(before, after):
        if isinstance(before, dict):
            assert before.keys() == after.keys()
            for key, inner in before.items():
                check(inner, after[key])
        elif isinstance(before, list):
            assert len(before) == len(after)
            for pair in zip(before, after, strict=True):
                check(*pair)
        elif before == "by alice":
            assert after == "by <user>"
        else:
            assert type(before) is type(after)

    check(value, REDACTION.value(value))


def test_error_texts_of_samples_are_cleaned_and_nothing_else_changes():
    samples = pd.DataFrame({"error": ["", "at /tmp/a/b.sock", None], "latency_ms": [1.0, 2.0, 3.0]})
    clean = REDACTION.samples(samples)
    assert clean["error"].tolist()[:2] == ["", "at <path>/b.sock"]
    assert clean["latency_ms"].equals(samples["latency_ms"])
    assert samples["error"][1] == "at /tmp/a/b.sock"


def test_secrets_are_not_shown_by_the_redaction_itself():
    redaction = redaction_of_this_machine(["k3y-of-the-api"])
    assert "k3y" not in repr(redaction)
    assert redaction.text("k3y-of-the-api") == "<secret>"
