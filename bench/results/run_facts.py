"""The content of ``run.json``: under which conditions the numbers were taken."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.results.machine import describe_machine
from bench.results.provenance import (
    git_revision,
    package_versions,
    python_version,
    template_sha256,
)

RUN_SCHEMA_VERSION = 1
TEMPLATE = Path("pipeline/template.yaml")


def run_facts(
    *,
    name: str,
    profile: str,
    seed: int,
    started: datetime,
    finished: datetime,
    latency: Mapping[str, Any],
    plan: Mapping[str, Any],
    stack: Mapping[str, Any],
    repository: Path,
    capabilities: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Collect what ``run.json`` says.

    Parameters
    ----------
    name
        The run's name, as in the folder's.
    profile
        The latency profile, such as "raw".
    seed
        Seed of payloads and arrivals.
    started, finished
        Times with a time zone.
    latency
        The profile's numbers, the senders' network, the draws' seed; any JSON object.
    plan
        The load in short (rates, rounds, requests), by the profile of each part.
    stack
        What answered: each part's kind and version; any JSON object.
    capabilities
        What the back ends were measured to carry; `None` where they were not.
    repository
        Root of the working tree, for the commit and the template; it is not written anywhere.

    Raises
    ------
    ValueError
        If a time has no time zone.
    """
    for field, moment in (("started", started), ("finished", finished)):
        if moment.tzinfo is None:
            raise ValueError(f"{field} is {moment}, which has no time zone: give one in UTC")
    revision = git_revision(repository)
    return {
        "schema_version": RUN_SCHEMA_VERSION,
        "name": name,
        "profile": profile,
        "seed": seed,
        "started_utc": _utc(started),
        "finished_utc": _utc(finished),
        "latency": dict(latency),
        "plan": dict(plan),
        "stack": dict(stack),
        "capabilities": None if capabilities is None else dict(capabilities),
        "machine": asdict(describe_machine()),
        "python": python_version(),
        "packages": package_versions(),
        "template_sha256": template_sha256(repository / TEMPLATE),
        "git": None if revision is None else asdict(revision),
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
