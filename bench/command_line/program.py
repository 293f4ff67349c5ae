"""The commands of `firstwrite`, their options and their help."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of
from bench.command_line.prices_program import prices
from bench.command_line.results_program import ResultsFolder, results

_HELP = """Where should the first write of a large audit record go: into Redis, with the archive to
S3 behind it, or straight into S3?

firstwrite runs the Lambda functions that will be deployed, under real load, on servers that it
starts on this machine, and says how long a sender waits for its receipt, stage by stage, and
whether anything acknowledged was lost.

First time here: `firstwrite doctor`, then `firstwrite bench`.
"""

program = typer.Typer(
    name="firstwrite",
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
profiles = typer.Typer(
    help="Latency profiles: how long each remote call takes on AWS, and how that is known.",
    no_args_is_help=True,
)
program.add_typer(profiles, name="profiles")
scenarios = typer.Typer(help="Scenarios: what `bench` sends, when and how.", no_args_is_help=True)
program.add_typer(scenarios, name="scenarios")
program.add_typer(results, name="results")
program.add_typer(prices, name="prices")
_errors = Console(stderr=True)
_output = Console()

ProfileName = Annotated[
    str, typer.Argument(metavar="PROFILE", help="A name of `profiles list`, or a .toml file.")
]

Profile = Annotated[
    str, typer.Option(help="Latency profile: a name of `profiles list`, or a .toml file.")
]
SenderNetwork = Annotated[
    str,
    typer.Option(
        "--network", help="The senders' way here: none, same-region, office, home, mobile."
    ),
]
Uplink = Annotated[str | None, typer.Option(help="Bandwidth of a sender's uplink, such as 50mbit.")]
RoundTrip = Annotated[
    str | None, typer.Option("--rtt", help="Round trip between sender and gateway, such as 20ms.")
]
Placement = Annotated[
    Literal["same-az", "cross-az"],
    typer.Option("--cache", help="Whether functions and cache node share an Availability Zone."),
]

Port = Annotated[int, typer.Option(help="Port of the API; 0 takes any free one.", min=0, max=65535)]


@program.command()
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
) -> None:
    """Measure Redis-first against S3-first and write a results folder with a report.

    Starts a stack of its own, sends the scenario's records through both strategies in interleaved
    blocks, verifies each acknowledged one, writes `results/<time>-<name>/` and stops everything.
    Without a scenario these are records of four sizes.

    It does so twice: first raw, for what this machine takes and for its floor, then with each call
    given the time that it takes on AWS by the latency profile, for the answer. `--profile raw`
    leaves the second out.

    Exit code 0: all kept. 1: something acknowledged was lost or doubled, or the load could not be
    carried through. 2: an option or this machine has to be mended first.
    """
    from bench.command_line.bench_command import run_bench, settings_of
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
        return run_bench(settings, _output, _errors)

    raise typer.Exit(exit_code_of(run, _errors))


@program.command()
def up(
    port: Port = 0,
    host: Annotated[
        str, typer.Option(help="Address of this machine to answer at, for load from another.")
    ] = "127.0.0.1",
    template: Annotated[
        Path | None, typer.Option(help="A SAM template of your own instead of the pipeline's.")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE, a parameter of the template; give it again for more."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="An edited handler counts from its next invocation on.")
    ] = False,
    event_time_scale: Annotated[
        float,
        typer.Option(
            help="Retries of asynchronous invocations come so many times sooner than on AWS.",
            min=1,
        ),
    ] = 1.0,
    cpu_share: Annotated[
        bool,
        typer.Option(
            "--cpu-share",
            help="Give each function the processor share of its memory (1,769 MB: one vCPU).",
        ),
    ] = False,
    profile: Profile = "raw",
    network: SenderNetwork = "none",
    uplink: Uplink = None,
    rtt: RoundTrip = None,
    cache: Placement = "same-az",
    seed: Annotated[int, typer.Option(help="Of the latencies' draws.", min=0)] = 1,
) -> None:
    """Start the local stack, print where it answers, and run until Ctrl-C.

    `firstwrite send` and `locust -f bench/locustfile.py` find it by themselves.
    """
    from bench.command_line.shaping_options import shaping_from
    from bench.command_line.up_command import run_up, settings_of

    def run() -> int:
        shaping = shaping_from(
            profile, network=network, uplink=uplink, rtt=rtt, cache_placement=cache, seed=seed
        )
        settings = settings_of(
            shaping=shaping,
            host=host,
            port=port,
            template=template,
            parameters=parameter or [],
            watch=watch,
            event_time_scale=event_time_scale,
            cpu_share=cpu_share,
        )
        return run_up(settings, _output, _errors)

    raise typer.Exit(exit_code_of(run, _errors))


@program.command()
def send(
    files: Annotated[list[Path], typer.Argument(help="Files of any type, up to about 4.7 MB.")],
    strategy: Annotated[
        Literal["redis", "s3"], typer.Option(help="Where the first write goes.")
    ] = "redis",
    save_to: Annotated[
        Path | None,
        typer.Option(help="Also copy the archived payloads into this folder, to compare."),
    ] = None,
) -> None:
    """Send files as messages, follow each to its end, and show where the time went.

    Uses the stack of a running `firstwrite up`; without one, starts a stack and stops it again.
    """
    from bench.command_line.send_command import run_send

    raise typer.Exit(
        exit_code_of(lambda: run_send(files, strategy, save_to, _output, _errors), _errors)
    )


@program.command()
def preflight(
    what: Annotated[
        str, typer.Argument(metavar="FILE|SIZE", help="A file, or a size such as 4.5MB.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a pipeline.")] = False,
) -> None:
    """Say which hop refuses a record, and with which error, without sending anything.

    Base64, JSON escapes and the proxy event's envelope are counted; sizes are binary (1 MB =
    1,048,576 bytes). Exit code 0: every hop takes it. 1: one refuses it. 2: neither file nor size.
    """
    from bench.command_line.preflight_command import run_preflight

    raise typer.Exit(
        exit_code_of(lambda: run_preflight(what, as_json=as_json, output=_output), _errors)
    )


@program.command()
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


@program.command()
def logs(
    function: Annotated[
        str | None, typer.Argument(help="A function, or a part of its name; all by default.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new lines until Ctrl-C.")
    ] = False,
    stream: Annotated[str, typer.Option(help="Only log streams with this in the name.")] = "",
    metrics: Annotated[
        bool, typer.Option("--metrics", help="Sum up the metrics in embedded metric format.")
    ] = False,
) -> None:
    """Print the log streams of the functions of the running `firstwrite up`."""
    from bench.command_line.logs_command import run_logs

    def run() -> int:
        return run_logs(function, stream=stream, follows=follow, metrics=metrics, output=_output)

    raise typer.Exit(exit_code_of(run, _errors))


@program.command()
def top(
    once: Annotated[bool, typer.Option("--once", help="Print the state once and end.")] = False,
) -> None:
    """Watch environments, queues, concurrency and throttles of the running `firstwrite up`."""
    from bench.command_line.top_command import run_top

    raise typer.Exit(exit_code_of(lambda: run_top(once=once, output=_output), _errors))


@program.command()
def doctor(port: Port = 0) -> None:
    """Check this machine, and say what the stack will use and why.

    Exit code 2 if something keeps the stack from starting.
    """
    from bench.command_line.doctor_command import run_doctor

    raise typer.Exit(exit_code_of(lambda: run_doctor(port, _output), _errors))


@program.command()
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


@program.command()
def report(
    folder: ResultsFolder,
    output: Annotated[
        Path | None,
        typer.Option(help="Write the page there and leave the folder as it is."),
    ] = None,
) -> None:
    """Compute the figures of a run again from its tables, and renew its report and its plots.

    So an old run gets the report of a newer version. Says where figures are not those of
    summary.json. Exit code 2: the folder cannot be read, or a file cannot be written.
    """
    from bench.command_line.report_command import run_report

    raise typer.Exit(exit_code_of(lambda: run_report(folder, output, _output, _errors), _errors))


@program.command()
def compare(
    baseline: Annotated[Path, typer.Argument(metavar="BASELINE", help="A results folder.")],
    candidate: Annotated[Path, typer.Argument(metavar="CANDIDATE", help="A results folder.")],
    max_regression: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=PERCENT",
            help="A gate: how much slower p50, p95, p99 or mean may be, such as p99=10%, or "
            "'redis-first:1 MB:p50=5%' at one place alone; give it again for more.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a pipeline.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, for a pull request.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Also write a page into this file.")] = None,
) -> None:
    """Compare two runs: what became slower or faster, and whether that can be told.

    Each metric is given with the interval of its difference and of its ratio; where the ratio's
    leaves out 1, it is slower or faster, else not resolvable. What else differs than the code
    (machine, profile, template, sizes, rates) is listed.

    Exit code 0: nothing failed. 1: the candidate lost a message, or the whole interval of a ratio
    is past a gate. 2: a folder or an option has to be mended first.
    """
    from bench.command_line.compare_command import CompareOptions, run_compare

    options = CompareOptions(baseline, candidate, max_regression or (), as_json, as_markdown, html)
    raise typer.Exit(exit_code_of(lambda: run_compare(options, _output, _errors), _errors))


@profiles.command("list")
def profiles_list() -> None:
    """List the profiles that come with firstwrite."""
    from bench.command_line.profiles_command import run_list

    raise typer.Exit(exit_code_of(lambda: run_list(_output), _errors))


@profiles.command("show")
def profiles_show(
    name: ProfileName,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw distributions and size curves into this PNG.")
    ] = None,
) -> None:
    """Show each operation's percentiles, and where its median comes from."""
    from bench.command_line.profiles_command import run_show

    raise typer.Exit(exit_code_of(lambda: run_show(name, plot, _output), _errors))


@profiles.command("diff")
def profiles_diff(first: ProfileName, second: ProfileName) -> None:
    """Show every number in which two profiles differ."""
    from bench.command_line.profiles_command import run_diff

    raise typer.Exit(exit_code_of(lambda: run_diff(first, second, _output), _errors))


@profiles.command("validate")
def profiles_validate(name: ProfileName = "aws-typical") -> None:
    """Hold a profile against published measurements that it was not fitted to.

    Exit code 1: a target is missed, and nobody has said why.
    """
    from bench.command_line.profiles_command import run_validate

    raise typer.Exit(exit_code_of(lambda: run_validate(name, _output), _errors))


@scenarios.command("list")
def scenarios_list() -> None:
    """List the scenarios that come with firstwrite."""
    from bench.command_line.scenarios_command import run_list

    raise typer.Exit(exit_code_of(lambda: run_list(_output), _errors))


@scenarios.command("show")
def scenarios_show(
    name: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A name of `scenarios list`, or a .toml file.")
    ],
) -> None:
    """Print a scenario's file, which says what it is for, and what a run of it sends."""
    from bench.command_line.scenarios_command import run_show

    raise typer.Exit(exit_code_of(lambda: run_show(name, _output), _errors))


def main() -> None:
    """Run the command that the process's arguments name."""
    program()
