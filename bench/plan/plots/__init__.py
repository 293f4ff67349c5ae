"""The pictures of a plan as PNG files. Nothing here computes an answer."""

from bench.plan.planner import Plan
from bench.plan.plots.cache_plot import cache_plot
from bench.plan.plots.cost_plot import cost_plot
from bench.plan.plots.environments_plot import environments_plot
from bench.plan.plots.load_plot import load_plot
from bench.plan.plots.rate_plot import rate_plot

__all__ = ["draw_plots"]


def draw_plots(plan: Plan) -> dict[str, bytes]:
    """Draw all pictures of a plan, 1800 pixels wide, by file name.

    Those against the rate are left out of a plan without its curve.
    """
    plots = {"load.png": load_plot(plan)}
    if plan.curve is not None:
        plots["rate.png"] = rate_plot(plan.curve)
        plots["cost.png"] = cost_plot(plan, plan.curve)
    plots["cache.png"] = cache_plot(plan)
    plots["environments.png"] = environments_plot(plan)
    return plots
