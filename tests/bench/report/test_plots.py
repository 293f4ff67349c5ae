import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread

from bench.report import draw_plots
from bench.statistics import Bootstrap, RunFigures, summarise
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

NAMES = ["latency.png", "stages.png", "distribution.png", "asynchronous.png", "hero.png"]
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
