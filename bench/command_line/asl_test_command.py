"""`firstwrite asl test`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.asl.errors import AslError
from bench.asl.suite import Suite, read_suite
from bench.asl.suite_run import Outcome, run_suite
from bench.asl.tree_text import drawn
from bench.command_line.asl_definition_commands import valid_definition
from bench.command_line.failure import FAILED
from bench.command_line.text_output import plain, write_output


def run_test(
    definition: Path, suite_path: Path, only: Sequence[str], junit: Path | None, output: Console
) -> int:
    """Run the tests and print how each went; return the exit code.

    Raises
    ------
    MendableError
        When the definition, the suite or an option has to be mended.
    """
    _, machine = valid_definition(definition)
    suite = _chosen(read_suite(suite_path), only)
    outcomes = []
    for outcome in run_suite(machine, suite):
        outcomes.append(outcome)
        _print(outcome, output)
    failed = sum(bool(each.differences) for each in outcomes)
    plain(f"{len(outcomes) - failed} of {len(outcomes)} passed", output)
    if junit is not None:
        write_output(junit, _junit(suite, outcomes))
    return FAILED if failed else 0


def _chosen(suite: Suite, only: Sequence[str]) -> Suite:
    names = [test.name for test in suite.tests]
    unknown = next((name for name in only if name not in names), None)
    if unknown is not None:
        raise AslError(f"--only {unknown}: there is no such test: there are {', '.join(names)}")
    chosen = tuple(test for test in suite.tests if not only or test.name in only)
    return replace(suite, tests=chosen)


def _print(outcome: Outcome, output: Console) -> None:
    sign, style = ("✗", "bold red") if outcome.differences else ("✓", "green")
    line = Text(f"{sign} ", style=style)
    line.append(outcome.test.name, style="default")
    line.append(f"  {outcome.took_s * 1e3:.0f} ms", style="dim")
    output.print(line, soft_wrap=True)
    for difference in outcome.differences:
        output.print(Text(f"    {difference}"), soft_wrap=True)
    if outcome.differences:
        output.print(drawn(outcome.tree, outcome.test.name))


def _junit(suite: Suite, outcomes: Sequence[Outcome]) -> bytes:
    # Here, since the other exports take a second to import.
    from bench.export import JUnitCase, junit_document

    cases = [
        JUnitCase(
            suite.name,
            each.test.name,
            failure=next(iter(each.differences), ""),
            detail="\n".join(each.differences),
            took_s=each.took_s,
        )
        for each in outcomes
    ]
    return junit_document(cases, "asl test")
