"""What is written is read back, number for number and letter for letter."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sim.latency import load_profile
from sim.latency.calibration.profile_writer import profile_text
from sim.latency.operation_model import OperationModel
from sim.latency.profile import CONFIDENCES, OPERATIONS, Origin

# TOML has no lone surrogates; a text of spaces alone is none.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
origins = st.builds(Origin, texts, texts, texts, st.sampled_from(list(CONFIDENCES)))
models = st.builds(
    lambda median, skew, slope, spread, share, factor: OperationModel(
        median, median * skew, slope, slope * spread, share, factor
    ),
    st.floats(1e-5, 1e6),
    st.floats(1, 20),
    st.one_of(st.just(0.0), st.floats(1e-5, 1e6)),
    st.floats(1, 5),
    st.floats(0, 0.5),
    st.floats(1, 1e5),
)


def read(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.toml"
        path.write_bytes(text.encode())
        return load_profile(str(path))


@given(texts, st.dictionaries(st.sampled_from(list(OPERATIONS)), models), origins)
def test_a_written_profile_is_the_one_that_is_read(description, operations, origin):
    parameters = {
        (operation, name): (getattr(model, name), origin)
        for operation, model in operations.items()
        for name in model.__slots__
    }
    profile = read(profile_text(description, None, parameters))
    assert profile.description == description
    assert profile.operations == operations
    assert set(profile.origins) == set(parameters)
    assert set(profile.origins.values()) <= {origin}


def test_a_written_profile_inherits_what_it_does_not_state():
    origin = Origin('a "quoted" file', "2026", "eu-west-1", "calibrated")
    profile = read(
        profile_text("own", "aws-typical", {("s3.PutObject", "median_ms"): (25, origin)})
    )
    typical = load_profile("aws-typical").model("s3.PutObject")
    assert profile.model("s3.PutObject").median_ms == 25
    assert profile.model("s3.PutObject").p99_ms == typical.p99_ms
    assert profile.origins["s3.PutObject", "median_ms"] == origin
