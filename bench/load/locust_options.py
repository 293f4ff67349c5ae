"""The arguments that `bench/locustfile.py` adds to Locust's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from locust.argument_parser import LocustArgumentParser

LARGEST_BODY_BYTES = 6_291_456 - 16 * 1024
"""Body size called `largest` when none is given: Lambda's limit for an event (AWS, "Lambda quotas",
synchronous invocation payload 6 MB) less room for the proxy event around it. The exact limit of a
deployment is what a plan carries."""


@dataclass(frozen=True, slots=True)
class LocustOptions:
    """The added arguments, read."""

    size_mix: str
    seed: int
    rate_per_user: float
    largest_bytes: int
    scenario: str
    overrides: tuple[str, ...]
    plan: Path | None
    samples: Path | None
    deployment: Path | None
    exit_with_parent: int

    @classmethod
    def from_parsed(cls, parsed: Any) -> Self:
        """Take them from Locust's `parsed_options`, which the web page may have changed."""

        def path(value: str | None) -> Path | None:
            return Path(value) if value else None

        return cls(
            size_mix=parsed.size_mix,
            seed=int(parsed.seed),
            rate_per_user=float(parsed.rate_per_user),
            largest_bytes=int(parsed.largest_bytes),
            scenario=parsed.scenario or "",
            overrides=tuple(filter(None, map(str.strip, (parsed.overrides or "").split(";")))),
            plan=path(parsed.plan),
            samples=path(parsed.samples),
            deployment=path(parsed.deployment),
            exit_with_parent=parsed.exit_with_parent,
        )


def add_arguments(parser: LocustArgumentParser) -> None:
    """Add the arguments; those of the planned use stay off the web page."""
    # Not in an argument group: the web page shows the parser's own arguments only.
    parser.add_argument(
        "--size-mix",
        default="256 KB=50, 1 MB=35, 3 MB=10, largest=5",
        help="Body sizes and their weights",
    )
    parser.add_argument("--seed", type=int, default=1, help="Seed of contents, sizes and kinds")
    parser.add_argument(
        "--rate-per-user", type=float, default=1.0, help="Requests a second of each user, at most"
    )
    parser.add_argument(
        "--largest-bytes",
        type=int,
        default=LARGEST_BODY_BYTES,
        help="Bytes of the body size called `largest`",
    )
    parser.add_argument(
        "--scenario",
        default="",
        help="What ScenarioUser carries out: steady, burst or another of `firstwrite scenarios"
        " list`, or a .toml file; steady if nothing is given",
    )
    parser.add_argument(
        "--overrides",
        default="",
        help="Changes to the scenario, as in repetitions=2; floor_requests=0",
    )
    for name, kind, default, text in (
        ("--plan", str, None, "Plan (JSON) to carry out with PlannedUser"),
        ("--samples", str, None, "Where a plan's requests are written, one JSON line each"),
        ("--deployment", str, None, "Deployment file, instead of $FIRSTWRITE_DEPLOYMENT"),
        ("--exit-with-parent", int, 0, "Process id of the parent; end when it has gone"),
    ):
        parser.add_argument(name, type=kind, default=default, help=text, include_in_web_ui=False)
