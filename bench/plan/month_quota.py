"""The usage plan's quota of a month, which no simulation of an hour comes to."""

from sim.capacity.answer import Load
from sim.capacity.design import Design
from sim.capacity.limits import LimitUse
from sim.month import SECONDS_PER_MONTH


def month_quota(design: Design, load: Load) -> LimitUse | None:
    """Return how much a month uses of the API key's quota; None where the plan sets none.

    All senders are taken to share one key, as they do in the template.
    """
    limit = design.api.quota_per_month
    if limit is None:
        return None
    return LimitUse(
        name="usage plan, requests a month",
        used=load.messages_per_month / 1e6,
        limit=limit / 1e6,
        unit="million",
        share=load.messages_per_month / limit,
        refused=0,
        kind="deployment",
        mend="ApiQuota",
    )


def lasts_s(use: LimitUse) -> float:
    """Return after how many seconds of a month a quota is used up."""
    return SECONDS_PER_MONTH / use.share
