"""The commands of `firstwrite asl`, their options and their help."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of

asl = typer.Typer(
    help="State machines in Amazon States Language: check, draw, run and test a definition.",
    no_args_is_help=True,
)
_errors = Console(stderr=True)
_output = Console()

Definition = Annotated[
    Path,
    typer.Argument(metavar="DEF", help="A definition: .asl.json, .yaml, or - for standard input."),
]

_RUN_HELP = """Run a definition and show its history as a tree, with what each state took.

Time is virtual: waits, retries and timeouts of a year are over at once, and the same seed gives the
same history. Tasks answer what a mock file says for their states:

    Archive:
      - Throw: {Error: Lambda.TooManyRequestsException, Cause: Rate exceeded}
      - Return: {S3Reference: "s3://archive/1"}
    Publish: {Return: {MessageId: m-1}, After: 2.5}

A list has an answer for each call, one alone answers every call; After is how many seconds the task
takes. A mock configuration of Step Functions Local is taken too, with --test-case.

Without --mock, a definition with tasks is run by the Step Functions at AWS_ENDPOINT_URL_SFN or
AWS_ENDPOINT_URL, or of a `firstwrite up` in this folder, where its tasks call what is deployed; the
history is followed while it goes on.

Exit code 0: the execution succeeded. 1: it failed, timed out or was aborted. 2: the definition, a
file or an option has to be mended first.
"""

_TEST_HELP = """Run the tests of a suite against a definition.

A suite says what is given, what tasks answer, and what is expected:

    mocks:                          # for every test; see `firstwrite asl run --help`
      Publish: {Return: {MessageId: m-1}}
    tests:
      - name: a throttled archive is tried again
        input: {messageID: m-1}
        mocks:
          Archive:
            - Throw: {Error: Lambda.TooManyRequestsException}
            - Return: {S3Reference: "s3://archive/1"}
        expect:
          path: [Archive, Publish]  # in Parallel and Map also Name: [[A, B], [C]]
          calls: {Archive: 2}
          output: {MessageId: m-1}

What is expected: status, path, output, output_includes (further fields may be there), error, cause,
calls. A test may also have input_file, seed, and start (virtual time at its begin); the suite may
name a folder as storage, as `run` does.

Exit code 0: all tests passed. 1: one failed. 2: the definition or the suite has to be mended first.
"""


@asl.command("run", help=_RUN_HELP)
def asl_run(
    definition: Definition,
    input_file: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE", help="The input as JSON or YAML, - for stdin; {}."),
    ] = None,
    mock: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What tasks answer, as JSON or YAML.")
    ] = None,
    test_case: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of a mock file in Step Functions Local's form."),
    ] = None,
    storage: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="S3 for distributed maps: DIR/BUCKET/KEY is an object."),
    ] = None,
    clock: Annotated[
        Literal["virtual", "real"] | None,
        typer.Option(help="virtual jumps to what is due next; real waits. By default virtual."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of jitter, random numbers and UUIDs.")] = 0,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print status, output and events as JSON, for a pipeline."),
    ] = False,
) -> None:
    """Run a definition."""
    from bench.command_line.asl_run_command import RunOptions, run_definition

    options = RunOptions(definition, input_file, mock, test_case, storage, clock, seed, as_json)
    raise typer.Exit(exit_code_of(lambda: run_definition(options, _output, _errors), _errors))


@asl.command("validate")
def asl_validate(
    definition: Definition,
    kind: Annotated[
        Literal["standard", "express"],
        typer.Option("--type", help="What it is to be created as: express lacks some resources."),
    ] = "standard",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a pipeline.")] = False,
) -> None:
    """Say everything that is wrong with a definition: line, JSON pointer, AWS's code, problem.

    A line reads FILE:LINE:COLUMN: error: CODE /pointer: problem, so editors can go there; warnings
    leave a definition valid.

    Exit code 0: it is valid. 1: it is not. 2: there is no such file.
    """
    from bench.command_line.asl_definition_commands import run_validate

    raise typer.Exit(
        exit_code_of(lambda: run_validate(definition, kind, as_json, _output), _errors)
    )


@asl.command("graph")
def asl_graph(
    definition: Definition,
    form: Annotated[
        Literal["svg", "mermaid"] | None,
        typer.Option("--format", help="By default what the output's ending says, else mermaid."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write into this file, such as graph.svg.")
    ] = None,
) -> None:
    """Draw a definition, as SVG or as a Mermaid flowchart, which GitHub shows in Markdown.

    Parallel and Map states are boxes around what they run; catchers are dashed.

    Exit code 0: it is drawn. 1: the definition is not valid. 2: a file or an option has to be
    mended first.
    """
    from bench.command_line.asl_definition_commands import run_graph

    raise typer.Exit(exit_code_of(lambda: run_graph(definition, form, output, _output), _errors))


@asl.command("test", help=_TEST_HELP)
def asl_test(
    definition: Definition,
    suite: Annotated[Path, typer.Argument(metavar="SUITE", help="The tests, as YAML or JSON.")],
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only the test of this name; give it again for more."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write JUnit XML into this file.")
    ] = None,
) -> None:
    """Run the tests of a suite against a definition."""
    from bench.command_line.asl_test_command import run_test

    raise typer.Exit(
        exit_code_of(lambda: run_test(definition, suite, only or (), junit, _output), _errors)
    )
