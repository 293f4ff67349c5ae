"""One quota: its value in each Region, and whether it can be raised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from sim.toml_file import CheckedTable

Adjustable = Literal["yes", "no", "config"]
"""By request to AWS; not at all; by a setting of the resource."""

CONFIDENCES: Final = {
    "doc": "AWS's own text was read",
    "derived": "arithmetic on AWS's text",
    "blog": "somebody else's test or note",
    "recalled": "from memory: check it before it decides anything",
}
"""How far a value can be trusted, the best first."""

_KEYS: Final = (
    "value", "unit", "scope", "adjustable", "code", "source", "confidence", "note", "regions"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quota:
    """What AWS sets a limit on.

    Parameters
    ----------
    value
        In a Region that `by_region` does not have; `unit` says of what.
    scope
        What one limit is for: an account and Region, a function, a partition.
    code
        Under which Service Quotas has it, where it can be raised and the code is known.
    source
        Page that the value is from; when it was read, `date` says.
    """

    name: str
    value: float
    unit: str
    scope: str
    adjustable: Adjustable
    code: str
    source: str
    date: str
    confidence: str
    note: str
    by_region: Mapping[str, float]

    def value_in(self, region: str) -> float:
        """Return the value in a Region, by its code."""
        return self.by_region.get(region, self.value)


def read_quota(name: str, table: CheckedTable, sources: CheckedTable, date: str) -> Quota:
    """Return the quota of a table of `quotas.toml`.

    Raises
    ------
    Exception
        What the table refuses with, naming the key.
    """
    table.only(*_KEYS)
    regions = table.table("regions")
    return Quota(
        name=name,
        value=table.number("value"),
        unit=table.text("unit"),
        scope=table.text("scope"),
        adjustable=cast("Adjustable", table.choice("adjustable", get_args(Adjustable))),
        code=table.text("code") if "code" in table.content else "",
        source=sources.text(table.choice("source", tuple(sources.content))),
        date=date,
        confidence=table.choice("confidence", tuple(CONFIDENCES)),
        note=table.text("note") if "note" in table.content else "",
        by_region={region: regions.number(region) for region in regions.content},
    )
