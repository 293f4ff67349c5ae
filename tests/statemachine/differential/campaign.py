"""A long differential campaign: `python -m tests.statemachine.differential.campaign --help`."""

import argparse
import json
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from tests.statemachine.differential.comparison import Difference, Run, differences
from tests.statemachine.differential.known_faults import known_fault
from tests.statemachine.differential.machines import Machine, machines
from tests.statemachine.differential.peers import (
    ENDPOINT_VARIABLE,
    StepFunctionsPeer,
    moto_peer,
    run_ours,
)

_QUIET = tuple(HealthCheck)


@dataclass
class Findings:
    """What a campaign has seen: one machine for each difference, the smallest."""

    peer: StepFunctionsPeer
    machines: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    smallest: dict[str, tuple[Machine, Difference]] = field(default_factory=dict)

    def compare(self, machine: Machine) -> list[Difference]:
        """Run a machine on both sides and note the differences."""
        ours = run_safely(machine)
        found = differences(ours, self.peer.run(machine))
        self.machines += 1
        self.statuses[f"{ours.status} {ours.error or ''}".strip()] += 1
        for difference in found[:1]:
            fault = known_fault(difference)
            if fault is not None:
                self.known[fault] += 1
                continue
            self.counts[difference.what] += 1
            known = self.smallest.get(difference.what)
            if known is None or _size(machine) < _size(known[0]):
                self.smallest[difference.what] = machine, difference
        return found


def run_safely(machine: Machine) -> Run:
    """Run ours; what it raises is its outcome, so that a campaign goes on."""
    try:
        return run_ours(machine)
    except Exception as error:  # noqa: BLE001 - a defect is a finding
        return Run(f"RAISED {type(error).__name__}: {error}"[:200])


def _size(machine: Machine) -> int:
    return len(json.dumps(machine.definition)) + len(json.dumps(machine.execution_input))


def campaign(
    findings: Findings, generated: SearchStrategy[Machine], count: int, number: int
) -> None:
    """Compare so many generated machines."""
    started_s = time.monotonic()

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=_QUIET,
    )
    @given(generated)
    def compare(machine: Machine) -> None:
        findings.compare(machine)
        if findings.machines % 50 == 0:
            seconds = time.monotonic() - started_s
            sys.stderr.write(
                f"{findings.machines} machines, {seconds:.0f} s, "
                f"{len(findings.counts)} kinds of difference\n"
            )

    compare()


def shrink(findings: Findings, generated: SearchStrategy[Machine], tries: int) -> None:
    """Look for a smaller machine for each kind of difference."""
    for what in list(findings.counts):

        def has_it(machine: Machine, what: str = what) -> bool:
            return any(difference.what == what for difference in findings.compare(machine)[:1])

        try:
            find(
                generated,
                has_it,
                settings=settings(
                    max_examples=tries, deadline=None, database=None, suppress_health_check=_QUIET
                ),
            )
        except NoSuchExample:
            continue


def report(findings: Findings) -> str:
    """Say what was found, the most frequent first."""

    def as_json(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, default=str)

    lines = [
        f"{findings.machines} machines: {dict(findings.statuses.most_common())}",
        f"known faults of the peer: {dict(findings.known.most_common())}",
        f"{sum(findings.counts.values())} differ otherwise, in {len(findings.counts)} ways",
    ]
    for what, count in findings.counts.most_common():
        machine, difference = findings.smallest[what]
        lines += [
            f"\n## {count} times: {what}",
            f"definition {as_json(machine.definition)}",
            f"input      {as_json(machine.execution_input)}",
            f"ours       {as_json(difference.ours)}",
            f"theirs     {as_json(difference.theirs)}",
        ]
    return "\n".join([*lines, ""])


def main() -> int:
    """Run the command; 1 when there are differences."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.statemachine.differential.campaign",
        description="Compare our interpreter with another Step Functions over generated machines.",
    )
    parser.add_argument(
        "--peer",
        metavar="URL",
        required=True,
        help=f"its endpoint, as {ENDPOINT_VARIABLE} has it for the tests; moto for that, in here",
    )
    parser.add_argument("--machines", type=int, default=200, help="how many (200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language", choices=["JSONPath", "JSONata"], help="of all machines")
    parser.add_argument(
        "--depth", type=int, default=2, help="of Parallel and Map states in each other (2)"
    )
    parser.add_argument(
        "--shrink", type=int, default=0, metavar="TRIES", help="look for smaller machines"
    )
    given_options = parser.parse_args()
    with ExitStack() as stack:
        in_process = stack.enter_context(moto_peer()) if given_options.peer == "moto" else None
        findings = Findings(in_process or StepFunctionsPeer(given_options.peer))
        generated = machines(given_options.language, given_options.depth)
        campaign(findings, generated, given_options.machines, given_options.seed)
        if given_options.shrink:
            shrink(findings, generated, given_options.shrink)
    sys.stdout.write(report(findings))
    return 1 if findings.counts else 0


if __name__ == "__main__":
    sys.exit(main())
