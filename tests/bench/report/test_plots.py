import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread

from bench.report import draw_plots
from bench.report.plots.tail_plot import nines
from bench.report.plots.time_plot import time_plot
from bench.statistics import Bootstrap, RunFigures, summarise
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

pytestmark = pytest.mark.filterwarnings("error")

NAMES = [
    "latency.png",
    "stages.png",
    "distribution.png",
    "tail.png",
    "time.png",
    "asynchronous.png",
    "hero.png",
]
REDIS_COLOUR = (0xD5, 0x5E, 0x00)
S3_COLOUR = (0x00, 0x72, 0xB2)


def pixels(png):
    return np.round(imread(io.BytesIO(png))[..., :3] * 255).astype(int)


@pytest.mark.parametrize("name", NAMES)
def test_a_plot_is_1800_pixels_wide_and_nothing_touches_its_edge(plots, name):
    image = pixels(plots[name])
    assert image.shape[1] == 1800
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    assert (edge == 255).all()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "stages.png"])
@pytest.mark.parametrize("colour", [REDIS_COLOUR, S3_COLOUR])
def test_both_strategies_are_drawn_in_their_colour(plots, name, colour):
    assert (pixels(plots[name]) == colour).all(axis=-1).sum() > 200


def test_the_bars_of_the_hero_are_as_long_as_their_p50s(plots, summary):
    image = pixels(plots["hero.png"])
    # The legend is above the bars.
    bars = image[200:]
    lengths = {
        strategy: (bars == colour).all(axis=-1).sum(axis=1).max()
        for strategy, colour in (("redis-first", REDIS_COLOUR), ("s3-first", S3_COLOUR))
    }
    redis, s3 = (summary.warm(name, "largest").p50_ms for name in lengths)
    assert lengths["s3-first"] / lengths["redis-first"] == pytest.approx(s3 / redis, rel=0.01)


def test_cold_starts_and_requests_without_a_receipt_are_marked_over_time():
    whole = synthetic_samples(Shape(rounds=1, sizes=("1 MB",), cold_share=0, failed_share=0))
    # No warm-up, whose requests are cold too.
    calm = whole[~whole["warm_up"]].copy()
    cold, lost = calm.copy(), calm.copy()
    cold.loc[cold.index[3], "stage_init_ms"] = 200.0
    lost.loc[lost.index[3], ["status", "error"]] = [503, "down"]
    few = summarise(calm, profile="raw", bootstrap=Bootstrap(resamples=10))
    plain, starts, crosses = (pixels(time_plot(each, few)) for each in (calm, cold, lost))
    purple = (0xCC, 0x79, 0xA7)
    assert not (plain == purple).all(axis=-1).any()
    assert (starts == purple).all(axis=-1).sum() > 50
    ink = (0x1F, 0x23, 0x28)
    dark = [(image == ink).all(axis=-1)[240:330].sum() for image in (plain, crosses)]
    assert dark[1] > dark[0]


def test_a_run_whose_requests_are_all_due_at_once_is_drawn_without_a_warning():
    samples = synthetic_samples(Shape(rounds=1, sizes=("1 MB",), floors=()))
    samples = samples.assign(due_s=0.0)
    few = summarise(samples, profile="raw", bootstrap=Bootstrap(resamples=10))
    image = pixels(time_plot(samples, few))
    assert (image == REDIS_COLOUR).all(axis=-1).sum() > 20


def test_each_further_nine_takes_the_same_room_on_the_tails_axis():
    assert [nines(share) for share in (0, 0.9, 0.99, 0.999)] == pytest.approx([0, 1, 2, 3])


def test_equal_runs_give_equal_files_and_progress_names_each(samples, summary, plots):
    told = []
    assert draw_plots(samples, RunFigures(summary, raw=summary), progress=told.append) == plots
    assert told == [f"plot {name}" for name in NAMES]


def test_drawing_leaves_matplotlibs_settings_alone():
    samples = synthetic_samples(Shape(rounds=1, sizes=("1 MB",)))
    before = dict(mpl.rcParams)
    few = summarise(samples, profile="raw", bootstrap=Bootstrap(resamples=10))
    draw_plots(samples, RunFigures(few, raw=few))
    assert dict(mpl.rcParams) == before
