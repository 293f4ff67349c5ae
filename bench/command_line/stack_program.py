"""The commands for the local stack and what is sent to it, their options and their help."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of
from bench.command_line.latency_options import Placement, Profile, RoundTrip, SenderNetwork, Uplink

_errors = Console(stderr=True)
_output = Console()

Port = Annotated[int, typer.Option(help="Port of the API; 0 takes any free one.", min=0, max=65535)]


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


def top(
    once: Annotated[bool, typer.Option("--once", help="Print the state once and end.")] = False,
) -> None:
    """Watch environments, queues, concurrency and throttles of the running `firstwrite up`."""
    from bench.command_line.top_command import run_top

    raise typer.Exit(exit_code_of(lambda: run_top(once=once, output=_output), _errors))


def doctor(port: Port = 0) -> None:
    """Check this machine, and say what the stack will use and why.

    Exit code 2 if something keeps the stack from starting.
    """
    from bench.command_line.doctor_command import run_doctor

    raise typer.Exit(exit_code_of(lambda: run_doctor(port, _output), _errors))
