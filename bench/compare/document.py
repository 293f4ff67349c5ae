"""A comparison as JSON: every figure without rounding. SCHEMA.md describes the keys."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from bench.compare.comparison import Comparison
from bench.compare.gates import GateResult
from bench.compare.headline import failed

COMPARISON_SCHEMA_VERSION: Final = 1


def comparison_json(comparison: Comparison, gates: Sequence[GateResult]) -> dict[str, Any]:
    """Give the JSON object."""
    return {
        "schema_version": COMPARISON_SCHEMA_VERSION,
        "verdict": "fail" if failed(comparison, gates) else "pass",
        "baseline": asdict(comparison.baseline),
        "candidate": asdict(comparison.candidate),
        "profiles": list(comparison.profiles),
        "bootstrap": asdict(comparison.bootstrap),
        "verification": {
            "verdict": comparison.verification,
            "findings": comparison.findings,
        },
        "changes": [{**asdict(each), "verdict": each.verdict} for each in comparison.changes],
        "gates": [
            {
                "gate": str(each.gate),
                "limit": each.gate.limit,
                "profile": each.change.profile,
                "strategy": each.change.strategy,
                "size": each.change.size,
                "metric": each.change.metric,
                "judgement": each.judgement,
                "reason": each.reason,
            }
            for each in gates
        ],
        "conditions": [asdict(each) for each in comparison.conditions],
        "warnings": list(comparison.warnings),
    }
