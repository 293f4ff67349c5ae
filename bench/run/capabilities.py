"""What answers as S3, Redis, SQS, SNS and DynamoDB can do, measured before a run is believed."""

from dataclasses import dataclass
from typing import Any

from bench.probe import (
    BlockedConclusion,
    Probe,
    back_end_of,
    blocked_conclusions,
    probe,
    profile_targets,
)
from bench.run.display import Display
from sim.latency import Profile
from sim.latency.shaping import Shaping
from sim.stack import Deployment


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What was measured, and what the run therefore cannot conclude."""

    probe: Probe
    blocked: tuple[BlockedConclusion, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what `run.json` holds of it."""
        return {
            **self.probe.to_json(),
            "blocked_conclusions": [each.to_json() for each in self.blocked],
        }


def probed(
    deployment: Deployment, shaping: Shaping, largest_body_bytes: int, display: Display
) -> Capabilities:
    """Measure the back ends of a stack that has nothing else to do.

    Raises
    ------
    bench.probe.ProbeError
        When a service does not answer.
    """
    display.phase("Probing what answers as S3, Redis, SQS, SNS and DynamoDB")

    def progress(done: int, total: int, step: str) -> None:
        display.advance(done, total)
        display.detail(step)

    found = probe(back_end_of(deployment), progress)
    profile = Profile(shaping.profile, "", shaping.operations, {})
    blocked = blocked_conclusions(
        found, profile_targets(profile), largest_body_bytes=largest_body_bytes
    )
    return Capabilities(found, blocked)
