"""What verification found: counts for each check, and one readable line for each problem."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

Check = Literal[
    "execution succeeded", "archived object", "metadata row", "notifications", "unacknowledged"
]

MESSAGE_CHECKS: tuple[Check, ...] = (
    "execution succeeded",
    "archived object",
    "metadata row",
    "notifications",
)
"""Checks that each acknowledged message has to pass; `unacknowledged` is for all other requests."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of one message; `message_id` is "" where the sender was given none."""

    message_id: str
    strategy: str
    check: Check
    problem: str

    def __str__(self) -> str:
        """Return it as one line."""
        return (
            f"{self.message_id or '(no messageID)'} ({self.strategy}): {self.check}: {self.problem}"
        )


@dataclass(frozen=True, slots=True)
class CheckCount:
    """Messages that passed a check and that failed it."""

    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a run.

    Parameters
    ----------
    acknowledged
        Messages that the sender was given a receipt for.
    notes
        What a reader should know but what is no failure, such as a message that was stored although
        its sender was told of an error.
    """

    acknowledged: int
    checks: Mapping[Check, CheckCount]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def verdict(self) -> Literal["pass", "fail"]:
        """`pass` if nothing was found."""
        return "fail" if self.findings else "pass"

    def to_json(self) -> str:
        """Return the content of `verification.json`."""
        return json.dumps(
            {
                "verdict": self.verdict,
                "acknowledged": self.acknowledged,
                "checks": {name: asdict(count) for name, count in self.checks.items()},
                "findings": [asdict(finding) for finding in self.findings],
                "notes": list(self.notes),
            },
            indent=2,
        )


def merged(parts: Mapping[str, Verification]) -> Verification:
    """Return the verification of a run from those of its parts, by what they are called."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    checks: dict[Check, CheckCount] = {}
    for part in parts.values():
        for check, count in part.checks.items():
            before = checks.get(check, CheckCount(0, 0))
            checks[check] = CheckCount(before.passed + count.passed, before.failed + count.failed)
    return Verification(
        acknowledged=sum(part.acknowledged for part in parts.values()),
        checks=checks,
        findings=tuple(finding for part in parts.values() for finding in part.findings),
        notes=tuple(f"{name}: {note}" for name, part in parts.items() for note in part.notes),
    )
