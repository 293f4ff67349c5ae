"""The commands that measure: `bench`, `probe`, `calibrate`, their options and their help."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of
from bench.command_line.latency_options import Placement, Profile, RoundTrip, SenderNetwork, Uplink

_errors = Console(stderr=True)
_output = Console()

_SEARCH = "Search for the highest rate"


def bench(
    scenario: Annotated[
        str, typer.Argument(help="A name of `scenarios list`, or a .toml file.")
    ] = "sizes",
    override: Annotated[
        list[str] | None,
        typer.Option(
            "--override",
            "-o",
            metavar="KEY=VALUE",
            help="Change a key of the scenario, by its dotted path; give it again for more.",
        ),
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="Send this folder's files instead of made-up payloads.")
    ] = None,
    name: Annotated[str, typer.Option(help="Goes into the results folder's name.")] = "local",
    seed: Annotated[int, typer.Option(help="Of contents, dates and arrival times.", min=0)] = 1,
    rounds: Annotated[
        int | None,
        typer.Option(
            help="How often each load is gone through: more narrows the intervals. By default the"
            " scenario's repetitions."
        ),
    ] = None,
    size: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this load of the scenario (256 KB, 1 MB, 3 MB, largest); give it again for"
            " more."
        ),
    ] = None,
    results: Annotated[Path, typer.Option(help="The folder of all results.")] = Path("results"),
    workers: Annotated[
        int,
        typer.Option(
            help="Processes that send, each its share of the records; 0 or 1: the one that plans."
        ),
    ] = 0,
    profile: Profile = "aws-typical",
    network: SenderNetwork = "same-region",
    uplink: Uplink = None,
    rtt: RoundTrip = None,
    cache: Placement = "same-az",
    find_max: Annotated[
        bool,
        typer.Option(
            "--find-max",
            help="Search for the highest rate at which --slo holds, instead of measuring one.",
            rich_help_panel=_SEARCH,
        ),
    ] = False,
    slo: Annotated[
        list[str] | None,
        typer.Option(
            metavar="pNN=TIME",
            help="An objective that has to hold, such as p99=300ms; give it again for more.",
            rich_help_panel=_SEARCH,
        ),
    ] = None,
    start_rate: Annotated[
        float | None,
        typer.Option(
            help="Messages a second to begin with; by default the scenario's own rate.",
            rich_help_panel=_SEARCH,
        ),
    ] = None,
    max_rate: Annotated[
        float | None,
        typer.Option(
            help="The highest rate to try; by default 16 times the first.",
            rich_help_panel=_SEARCH,
        ),
    ] = None,
    resolution: Annotated[
        str,
        typer.Option(
            help="How near the rate that held and the one too high are to come.",
            rich_help_panel=_SEARCH,
        ),
    ] = "10%",
    strategies: Annotated[
        list[str] | None,
        typer.Option(help="Only this strategy: redis-first or s3-first.", rich_help_panel=_SEARCH),
    ] = None,
) -> None:
    """Measure Redis-first against S3-first and write a results folder with a report.

    Starts a stack of its own, sends the scenario's records through both strategies in interleaved
    blocks, verifies each acknowledged one, writes `results/<time>-<name>/` and stops everything.
    Without a scenario these are records of four sizes.

    It does so twice: first raw, for what this machine takes and for its floor, then with each call
    given the time that it takes on AWS by the latency profile, for the answer. `--profile raw`
    leaves the second out.

    With `--find-max --slo p99=300ms` it searches for the highest rate of messages that each
    strategy holds under the profile, and draws latency against throughput. A rate holds if its
    percentiles do with 95 % confidence and the executions behind the receipts keep up. The rate is
    this machine's, not AWS's. A scenario of several sizes needs `--size`.

    Exit code 0: all kept. 1: something acknowledged was lost or doubled, or the load could not be
    carried through. 2: an option or this machine has to be mended first.
    """
    from bench.command_line.bench_command import (
        refuse_without_find_max,
        run_bench,
        settings_of,
    )
    from bench.command_line.shaping_options import shaping_from

    def run() -> int:
        shaping = shaping_from(
            profile, network=network, uplink=uplink, rtt=rtt, cache_placement=cache, seed=seed
        )
        settings = settings_of(
            scenario=scenario,
            overrides=override or [],
            corpus=corpus,
            name=name,
            seed=seed,
            rounds=rounds,
            sizes=size,
            results_root=results,
            workers=workers,
            shaping=shaping,
        )
        if find_max:
            from bench.command_line.find_max_command import run_find_max, search_settings_of

            search = search_settings_of(
                settings,
                slo=slo or [],
                start_rate_per_s=start_rate,
                max_rate_per_s=max_rate,
                resolution=resolution,
                strategies=strategies,
            )
            return run_find_max(search, _output, _errors)
        refuse_without_find_max(
            slo=slo, start_rate=start_rate, max_rate=max_rate, strategies=strategies
        )
        return run_bench(settings, _output, _errors)

    raise typer.Exit(exit_code_of(run, _errors))


def probe(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a pipeline.")] = False,
) -> None:
    """Measure what the servers that stand for AWS can do, and say what a run cannot conclude.

    Size limits, latency, throughput and the client's own cost of S3, Redis, SQS, SNS and DynamoDB,
    in under ten seconds. Uses the stack of a running `firstwrite up`; without one, starts a stack
    and stops it again. What it makes there, it removes.

    Exit code 0: every size is taken that AWS takes. 1: one is refused. 2: something has to be
    mended first.
    """
    from bench.command_line.probe_command import run_probe

    raise typer.Exit(
        exit_code_of(lambda: run_probe(as_json=as_json, output=_output, errors=_errors), _errors)
    )


def calibrate(
    output: Annotated[Path, typer.Option(help="The profile to write, a .toml file.")],
    run: Annotated[
        Path | None, typer.Option(help="Fit to a results folder of a run against AWS.")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(help="Fit to a CSV file with the columns operation, bytes, latency_ms."),
    ] = None,
    extends: Annotated[
        str, typer.Option(help="The profile that gives what the samples do not.")
    ] = "aws-typical",
    region: Annotated[
        str | None, typer.Option(help="Where it was measured; by default what the run says.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw model against samples into this PNG.")
    ] = None,
    allow_local: Annotated[
        bool, typer.Option("--allow-local", help="Take a run that was not against AWS, too.")
    ] = False,
) -> None:
    """Fit a latency profile to samples of your own, and say how well it fits.

    Needs 100 samples of an operation, of small and of large bodies where size matters. Exit code 2:
    a file, a row or an option has to be mended, or there are too few samples.
    """
    from bench.command_line.calibrate_command import CalibrateOptions, run_calibrate

    options = CalibrateOptions(run, csv, output, extends, region, plot, allow_local)
    raise typer.Exit(exit_code_of(lambda: run_calibrate(options, _output, _errors), _errors))
