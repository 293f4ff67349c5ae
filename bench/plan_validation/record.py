"""The validation that is kept beside the code, which each plan tells of."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from bench.plan_validation.comparison import (
    P50_TARGET,
    P99_TARGET,
    Prediction,
    mean_errors,
)

KEPT: Final = Path(__file__).with_name("validation.json")
"""What `make validate-plan` wrote with `--output`, on a machine that did nothing else."""


@dataclass(frozen=True, slots=True)
class Validation:
    """One validation.

    Attributes
    ----------
    measured_on
        ISO date.
    cores
        Of the machine.
    """

    measured_on: str
    cores: int
    cells: tuple[Prediction, ...]

    def __str__(self) -> str:
        predicted = [each for each in self.cells if not each.fitted]
        p50_error, p99_error = mean_errors(self.cells)
        near = sum(each.p50_met for each in predicted)
        near_p99 = sum(each.p99_met for each in predicted)
        return (
            f"Held against raw local runs of {self.measured_on} ({self.cores} cores): on "
            f"{len(predicted)} combinations of rate, size and strategy that it was not fitted on, "
            f"the simulation's p50 is off by {p50_error:.0%} in the mean (within {P50_TARGET:.0%} "
            f"in {near}) and its p99 by {p99_error:.0%} (within {P99_TARGET:.0%} in {near_p99})."
        )


def written(cells: Sequence[Prediction], cores: int) -> str:
    """Return a validation of today as JSON text."""
    kept = {
        "measured_on": date.today().isoformat(),
        "cores": cores,
        "cells": [asdict(each) for each in cells],
    }
    return json.dumps(kept, indent=1) + "\n"


def read(path: Path = KEPT) -> Validation:
    """Read a validation.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is none.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        cells = tuple(
            Prediction(**{**each, "p99_interval_ms": tuple(each["p99_interval_ms"])})
            for each in kept["cells"]
        )
        return Validation(kept["measured_on"], kept["cores"], cells)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} is no validation: {error!r}") from error
