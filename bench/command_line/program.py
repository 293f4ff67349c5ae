"""The program `firstwrite`: its help, and its commands in the order in which it lists them."""

import typer

from bench.command_line.asl_program import asl
from bench.command_line.measuring_program import bench, calibrate, probe
from bench.command_line.plan_program import plan
from bench.command_line.prices_program import prices
from bench.command_line.profiles_program import profiles
from bench.command_line.results_program import compare, report, results
from bench.command_line.scenarios_program import scenarios
from bench.command_line.stack_program import doctor, logs, preflight, send, top, up

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
for _command in (
    plan,
    bench,
    up,
    send,
    preflight,
    probe,
    logs,
    top,
    doctor,
    calibrate,
    report,
    compare,
):
    program.command()(_command)
program.add_typer(profiles, name="profiles")
program.add_typer(scenarios, name="scenarios")
program.add_typer(results, name="results")
program.add_typer(prices, name="prices")
program.add_typer(asl, name="asl")


def main() -> None:
    """Run the command that the process's arguments name."""
    program()
