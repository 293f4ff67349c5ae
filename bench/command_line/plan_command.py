"""`firstwrite plan`."""

import json
import time
from pathlib import Path

from rich.console import Console

from bench.command_line.failure import FAILED
from bench.command_line.plan_console import print_plan
from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.text_output import plain, write_output
from bench.errors import MendableError
from bench.plan import PlanOptions, make_plan, plan_document, request_of


class PlanDisplay(ProgressDisplay):
    """Phases with the time that is left of the one that goes on."""

    def phase(self, name: str) -> None:
        """Begin a phase; the one before has ended."""
        super().phase(name)
        self._begun_s = time.monotonic()

    def advance(self, done: int, total: int) -> None:
        """Show how many of how many things of the phase are done, and when it ends."""
        super().advance(done, total)
        passed_s = time.monotonic() - self._begun_s
        if done and passed_s > 1:
            self.detail(f"about {passed_s * (total - done) / done:.0f} s left")


def run_plan(
    options: PlanOptions,
    *,
    as_json: bool,
    html: Path | None,
    alternatives: bool,
    scheduler: str | None,
    output: Console,
    errors: Console,
) -> int:
    """Make a plan, print it, and write its page; return the exit code.

    That is 1 where no configuration meets the objectives.
    """
    if html is not None and not html.parent.is_dir():
        raise MendableError(
            f"--html {html} cannot be written: give a file in a folder that is there"
        )
    if scheduler is not None and not options.slo:
        raise MendableError("--scheduler is for the search: give --slo, such as p99<400ms, too")
    request = request_of(options)
    with PlanDisplay(errors) as display:
        plan = make_plan(
            request,
            display,
            with_curve=html is not None,
            with_alternatives=alternatives,
            scheduler=scheduler,
        )
        if html is not None:
            from bench.plan.page import render_plan
            from bench.plan.plots import draw_plots

            display.phase("plots")
            page = render_plan(plan, draw_plots(plan))
            write_output(html, page.encode())
    if as_json:
        plain(json.dumps(plan_document(plan), indent=2, ensure_ascii=False), output)
    else:
        print_plan(plan, output)
        if html is not None:
            plain(f"\nWritten: {html}", output)
    return FAILED if plan.found is not None and plan.found.result.best is None else 0
