"""Profiles of a user's own: what they inherit, and how a wrong one is refused."""

import pytest

from sim.errors import ProfileError
from sim.latency import load_profile

ORIGIN = 'confidence = "blog", date = "2026", region = "eu-west-1", source = "a blog"'
PUT = '[operations."s3.PutObject"]\n'


def write(folder, text, name="own.toml"):
    path = folder / name
    path.write_text(f'description = "my own"\n{text}')
    return str(path)


def test_a_profile_changes_what_it_names_and_inherits_the_rest(tmp_path):
    path = write(
        tmp_path, f'extends = "aws-typical"\n{PUT}median_ms = {{ value = 25, {ORIGIN} }}\n'
    )
    own, typical = load_profile(path), load_profile("aws-typical")
    assert own.name == "own"
    assert own.model("s3.PutObject").median_ms == 25
    assert own.model("s3.PutObject").p99_ms == typical.model("s3.PutObject").p99_ms
    assert own.origins["s3.PutObject", "median_ms"].source == "a blog"
    assert own.origins["s3.PutObject", "p99_ms"] == typical.origins["s3.PutObject", "p99_ms"]
    assert own.model("s3.GetObject") == typical.model("s3.GetObject")


def test_a_profile_extends_one_beside_it(tmp_path):
    write(tmp_path, 'extends = "aws-pessimistic"\n', "base.toml")
    path = write(tmp_path, 'extends = "base.toml"\n')
    assert load_profile(path).operations == load_profile("aws-pessimistic").operations


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[operations."s3.Put"]\n', r'own.toml: operations."s3.Put": there is no such operation'),
        (f"{PUT}median = {{ value = 1, {ORIGIN} }}\n", "median is unknown"),
        (f"{PUT}median_ms = 40\n", r'"s3.PutObject".median_ms is 40; it is a table'),
        (f'{PUT}median_ms = {{ value = "40", {ORIGIN} }}\n', "value is '40'; it is a number"),
        (f"{PUT}median_ms = {{ value = 40 }}\n", "source is missing"),
        (f"{PUT}median_ms = {{ value = -4, {ORIGIN} }}\n", "median_ms is -4.0"),
        (
            f"{PUT}median_ms = {{ value = 4, {ORIGIN.replace('blog', 'sure', 1)} }}\n",
            "confidence is 'sure'",
        ),
        (f"{PUT}median_ms = {{ value = 40, {ORIGIN} }}\n", "p99_ms is 0.0, below median_ms = 40"),
        ('extends = "own.toml"\n', "extends itself"),
        ('extends = "aws"\n', "There is no profile aws"),
        ("operation = 1\n", "operation is unknown"),
        ("operations = 1\n", "operations is 1; it is a table"),
        ("= 1\n", "is no TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_and_the_reason(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(ProfileError) as refused:
        load_profile(path)
    assert said in str(refused.value)


def test_every_number_of_a_profile_has_an_origin():
    for name in ("aws-optimistic", "aws-typical", "aws-pessimistic"):
        profile = load_profile(name)
        named = {*profile.operations, "function-network"}
        assert {operation for operation, _ in profile.origins} == named
        assert all(origin.source and origin.date for origin in profile.origins.values())
