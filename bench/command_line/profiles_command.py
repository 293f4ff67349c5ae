"""`firstwrite profiles`."""

from collections import Counter
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.command_line.failure import FAILED
from bench.report.plots.profile_plot import profile_plot
from sim.latency import Profile, load_profile, profile_names
from sim.latency.function_network import FunctionNetwork
from sim.latency.operation_distribution import quantile_ms
from sim.latency.profile import CONFIDENCES, OPERATIONS
from sim.latency.profile_file import MIB, NETWORK
from sim.latency.published import FURTHER, TARGETS, Comparison, compare

_SIZE_BYTES: Final = 1_000_000
_PERCENTILES: Final = (50, 90, 99, 99.9)


def run_list(output: Console) -> int:
    """Print the profiles that come with firstwrite; return the exit code."""
    table = Table("profile", "what it stands for", "operations", "parameters by confidence")
    for name in profile_names():
        profile = load_profile(name)
        counted = Counter(origin.confidence for origin in profile.origins.values())
        kinds = ", ".join(f"{counted[kind]} {kind}" for kind in CONFIDENCES if counted[kind])
        table.add_row(name, profile.description, str(len(profile.operations)), kinds)
    output.print(table)
    return 0


def run_show(name: str, plot: Path | None, output: Console) -> int:
    """Print a profile's operations and their origins, and plot them; return the exit code."""
    profile = load_profile(name)
    output.print(f"{profile.name}: {profile.description}", highlight=False)
    table = Table("operation", *(f"p{each:g}" for each in _PERCENTILES), "p50 + 1 MB")
    table.add_column("median from", overflow="fold")
    for operation in profile.operations:
        model = profile.model(operation)
        origin = profile.origins[operation, "median_ms"]
        large_ms = quantile_ms(model, 0.5, _SIZE_BYTES)
        table.add_row(
            operation,
            *(f"{quantile_ms(model, each / 100):.4g}" for each in _PERCENTILES),
            f"{large_ms:.4g}" if model.ms_per_mb else "",
            f"{origin.confidence}: {origin.source}",
        )
    output.print(table)
    output.print("Milliseconds; 1 MB is 1,000,000 bytes.")
    limit = profile.function_network
    if limit is not None:
        output.print(
            f"Network of an execution environment: {limit.burst_bytes / MIB:g} MiB at once and "
            f"{limit.first_burst_bytes / MIB:g} once more, then {limit.bytes_per_s / MIB:g} MiB/s.",
            highlight=False,
            soft_wrap=True,
        )
    if plot is not None:
        plot.write_bytes(profile_plot(profile))
        output.print(f"Plotted: {plot}", highlight=False, soft_wrap=True)
    return 0


def run_diff(first: str, second: str, output: Console) -> int:
    """Print where two profiles differ; return the exit code."""
    one, other = load_profile(first), load_profile(second)
    table = Table("operation", "parameter", one.name, other.name, "ratio")
    for operation, parameter, mine, its in differences(one, other):
        ratio = f"{its / mine:.2f}" if mine else ""
        table.add_row(operation, parameter, f"{mine:g}", f"{its:g}", ratio)
    if table.row_count == 0:
        output.print(f"{one.name} and {other.name} have the same numbers.")
    else:
        output.print(table)
    return 0


def differences(one: Profile, other: Profile) -> list[tuple[str, str, float, float]]:
    """Return (operation, parameter, one's, the other's) wherever the values differ."""
    found = []
    for operation in OPERATIONS:
        models = one.model(operation), other.model(operation)
        for parameter in models[0].__slots__:
            mine, its = (getattr(model, parameter) for model in models)
            if mine != its:
                found.append((operation, parameter, mine, its))
    limits = one.function_network, other.function_network
    for parameter in FunctionNetwork.__slots__:
        mine, its = (getattr(limit, parameter) if limit else 0.0 for limit in limits)
        if mine != its:
            found.append((NETWORK, parameter, mine, its))
    return found


def run_validate(name: str, output: Console) -> int:
    """Print a profile beside the published figures; return the exit code.

    1 when a target is missed and no reason stands beside it.
    """
    profile = load_profile(name)
    table = Table("", "figure", "at", "published", "model", "error", "")
    table.columns[-1].overflow = "fold"
    compared = compare(profile, TARGETS + FURTHER)
    for each in compared:
        figure = each.figure
        table.add_row(
            figure.key,
            f"{figure.what} ({figure.source})",
            f"p{figure.percentile}",
            figure.published,
            f"{each.model_ms:.3g}",
            f"{each.error:+.0%}",
            _remark(each),
        )
    output.print(table)
    targets = [each for each in compared if each.figure in TARGETS]
    inside = sum(each.inside for each in targets)
    output.print(
        f"{profile.name}: {inside} of {len(targets)} targets (V1 to V7) are landed in. "
        "Milliseconds; the error at a band is against its nearer edge."
    )
    unexplained = [each for each in targets if not each.inside and not each.figure.why_not]
    return FAILED if unexplained else 0


def _remark(compared: Comparison) -> str:
    figure = compared.figure
    if figure.parameter:
        return f"no check: it is {figure.parameter} of aws-typical"
    if compared.inside:
        return "inside"
    return f"outside: {figure.why_not}" if figure.why_not else "outside"
