"""The picture of a calibration: a row an operation, samples and model in their colours."""

import io

import numpy as np
import pytest
from matplotlib.image import imread

from bench.command_line.calibration_samples import CallSamples
from bench.report.plots.calibration_plot import calibration_plot
from sim.latency import OperationModel
from sim.latency.calibration import fit_operation
from tests.sim.latency.calibration.calibration_samples import draw_calls

SIZED = OperationModel(40, 140, 20, 32, 0.02, 20)
UNSIZED = OperationModel(45, 150)
MODEL_COLOUR = (0xD5, 0x5E, 0x00)


def calibration(operation, model, **draw):
    latency_ms, body_bytes = draw_calls(model, 4_000, **draw)
    fit = fit_operation(operation, latency_ms, body_bytes, model)
    return fit, CallSamples(latency_ms, body_bytes)


@pytest.fixture(scope="module")
def calibrations():
    return [
        calibration("s3.PutObject", SIZED),
        calibration("states.StartExecution", UNSIZED, sizes=(0,)),
    ]


def pixels(png):
    return np.round(imread(io.BytesIO(png))[..., :3] * 255).astype(int)


def test_a_row_an_operation_and_nothing_touches_the_edge(calibrations):
    two = pixels(calibration_plot(calibrations, "own.csv"))
    one = pixels(calibration_plot(calibrations[:1], "own.csv"))
    assert two.shape[1] == one.shape[1] == 1800
    assert two.shape[0] - one.shape[0] == 600
    edge = np.concatenate([two[0], two[-1], two[:, 0], two[:, -1]])
    assert (edge == 255).all()


def test_the_model_is_drawn_by_size_or_as_a_distribution(calibrations):
    for each in calibrations:
        image = pixels(calibration_plot([each], "own.csv"))
        assert (image == MODEL_COLOUR).all(axis=-1).sum() > 1_000


def test_equal_calibrations_give_equal_files(calibrations):
    assert calibration_plot(calibrations, "a") == calibration_plot(calibrations, "a")
