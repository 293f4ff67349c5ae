"""The command `firstwrite plan`, its options and its help."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of
from bench.command_line.latency_options import Profile, RoundTrip, Uplink
from sim.stack.checkout import TEMPLATE

_errors = Console(stderr=True)
_output = Console()

_LOAD = "The load"
_DEPLOYMENT = "What is deployed"
_MONEY = "The bill"
_SEARCH = "Other configurations"


def plan(
    workload: Annotated[
        str, typer.Argument(help="A workload that comes along (audit-records), or a .toml file.")
    ] = "audit-records",
    run: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Take sizes, kinds and rate from the results folder of a run.",
            rich_help_panel=_LOAD,
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(help="Messages a second in the mean, without bursts.", rich_help_panel=_LOAD),
    ] = None,
    sizes: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE[=WEIGHT],…",
            help="Body sizes, such as '256 KB=5,1 MB=3,largest=1'.",
            rich_help_panel=_LOAD,
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            help="The senders' way here: none, same-region, office, home, mobile.",
            rich_help_panel=_LOAD,
        ),
    ] = None,
    uplink: Uplink = None,
    rtt: RoundTrip = None,
    duration: Annotated[
        str,
        typer.Option(
            "--duration",
            "--period",
            help="Simulated time, such as 30m, 1h or 1d; the busiest part of a day is in its"
            " middle.",
            rich_help_panel=_LOAD,
        ),
    ] = "1h",
    outage: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE TIME",
            help="Let cache, s3 or step-functions refuse everybody, as in 'cache 10m' or 'cache 10m"
            " at 20m'; give it again for more.",
            rich_help_panel=_LOAD,
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Of arrivals, sizes and latencies.", min=0, rich_help_panel=_LOAD)
    ] = 1,
    template: Annotated[
        Path, typer.Option(help="The SAM template.", rich_help_panel=_DEPLOYMENT)
    ] = TEMPLATE,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A parameter of the template, such as CacheNodeType=cache.r7g.4xlarge; give it"
            " again for more.",
            rich_help_panel=_DEPLOYMENT,
        ),
    ] = None,
    region: Annotated[
        str, typer.Option(help="Whose quotas count.", rich_help_panel=_DEPLOYMENT)
    ] = "us-east-1",
    quota: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A quota that the account has other than by default, such as"
            " states.start-rate=500; give it again for more.",
            rich_help_panel=_DEPLOYMENT,
        ),
    ] = None,
    profile: Profile = "aws-typical",
    prices: Annotated[
        Path | None,
        typer.Option(
            help="A .toml file with the prices that differ from the snapshot.",
            rich_help_panel=_MONEY,
        ),
    ] = None,
    month: Annotated[
        int,
        typer.Option(
            help="Which month's load and bill, 1 being the first.", rich_help_panel=_MONEY
        ),
    ] = 1,
    growth: Annotated[
        str | None,
        typer.Option(
            help="Of the rate from month to month, such as 3%; by default the workload's.",
            rich_help_panel=_MONEY,
        ),
    ] = None,
    archive_months: Annotated[
        float | None,
        typer.Option(
            help="After which archived objects are deleted; by default never.",
            rich_help_panel=_MONEY,
        ),
    ] = None,
    slo: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OBJECTIVE",
            help="Search for the cheapest configuration that meets it: 'p99<400ms',"
            " 'complete.p99<5s', 'loss=0', 'refused<0.1%'; give it again for more.",
            rich_help_panel=_SEARCH,
        ),
    ] = None,
    alternatives: Annotated[
        bool,
        typer.Option(
            "--alternatives",
            help="Also show S3 Express, MemoryDB, presigned uploads and Kinesis, as models.",
            rich_help_panel=_SEARCH,
        ),
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="tcp://HOST:PORT",
            help="Search on the workers of this Dask scheduler instead of this machine's cores.",
            rich_help_panel=_SEARCH,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything as JSON, for a pipeline.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a page with plots.")
    ] = None,
) -> None:
    """Answer before deployment: does it hold, what breaks first, how slow, what does a month cost.

    Simulates the pipeline of the template under a workload, Redis-first and S3-first, with AWS's
    quotas, ElastiCache's node types and a latency profile; nothing is started and nothing sent. An
    hour of 50 messages a second takes seconds, the first time of all half a minute more.

    Say that an archive takes 80 records a second of 1 MB, from an office, and will grow by 3 % a
    month; how it fares in a year, with a larger cache:

    `firstwrite plan --rate 80 --sizes '1 MB' --network office --growth 3% --month 13
    --parameter CacheNodeType=cache.r7g.8xlarge --html plan.html`

    What a simulation rests on, and what it leaves out, stands below each answer.

    Exit code 0: there is an answer, also where nothing holds. 1: no configuration meets an
    objective. 2: an option or a file has to be mended first.
    """
    from bench.command_line.plan_command import run_plan
    from bench.plan.request import PlanOptions

    options = PlanOptions(
        workload=workload,
        run=run,
        rate_per_s=rate,
        sizes=sizes,
        network=network,
        uplink=uplink,
        rtt=rtt,
        duration=duration,
        template=template,
        parameters=tuple(parameter or ()),
        profile=profile,
        region=region,
        quotas=tuple(quota or ()),
        prices=prices,
        slo=tuple(slo or ()),
        outages=tuple(outage or ()),
        month=month,
        growth=growth,
        archive_months=archive_months,
        seed=seed,
    )

    def make() -> int:
        return run_plan(
            options,
            as_json=as_json,
            html=html,
            alternatives=alternatives,
            scheduler=scheduler,
            output=_output,
            errors=_errors,
        )

    raise typer.Exit(exit_code_of(make, _errors))
