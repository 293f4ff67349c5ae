"""All quotas by name, and those that an account has raised."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from sim.errors import QuotaError
from sim.quotas.quota import Quota, read_quota
from sim.toml_file import CheckedTable, read_document

_FILE: Final = Path(__file__).parent / "quotas.toml"


@dataclass(frozen=True, slots=True)
class QuotaList:
    """AWS's default quotas, or an account's own."""

    quotas: Mapping[str, Quota]

    def quota(self, name: str) -> Quota:
        """Return a quota.

        Raises
        ------
        QuotaError
            If the name is unknown; it names the nearest known one.
        """
        found = self.quotas.get(name)
        if found is None:
            near = get_close_matches(name, self.quotas, n=1, cutoff=0.0)
            raise QuotaError(f"There is no quota {name}.", f"Did you mean {near[0]}?")
        return found

    def value(self, name: str, region: str) -> float:
        """Return a quota's value in a Region.

        Raises
        ------
        QuotaError
            As `quota` does.
        """
        return self.quota(name).value_in(region)

    def raised(self, values: Mapping[str, float]) -> "QuotaList":
        """Return the list of an account that has other values, in whatever Region.

        Lower ones too: new accounts have them.

        Raises
        ------
        QuotaError
            If a name is unknown, a value is not above 0, or AWS does not raise that quota.
        """
        changed = dict(self.quotas)
        for name, value in values.items():
            quota = self.quota(name)
            if not 0 < value < float("inf"):
                raise QuotaError(f"{name} is {value:g} {quota.unit}.", "Give a number above 0.")
            if quota.adjustable == "no" and value > max(quota.value, *quota.by_region.values(), 0):
                raise QuotaError(
                    f"{name} is {value:,.10g} {quota.unit}, and AWS does not raise it above"
                    f" {quota.value:,.10g}.",
                    "Give that or less.",
                )
            changed[name] = replace(quota, value=value, by_region={})
        return QuotaList(changed)


def read_quotas() -> QuotaList:
    """Return AWS's default quotas."""
    document = CheckedTable(read_document(_FILE, QuotaError.saying), _FILE.name, QuotaError.saying)
    sources, date = document.table("sources"), document.text("noted")
    return QuotaList(
        {
            name: read_quota(name, table, sources, date)
            for name, table in document.table("quotas").tables()
        }
    )
