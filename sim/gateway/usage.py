"""Throttles and quotas: what a usage plan, and the account, let pass.

They apply in this order: the usage plan of the key, then the account. Source: API Gateway Developer
Guide, "Throttle requests to your REST APIs".
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sim.gateway.rest_api import RestApi, UsagePlan
from sim.token_bucket import TokenBucket

ACCOUNT_RATE_PER_S: Final = 10_000
ACCOUNT_BURST: Final = 5_000
"""Requests of an account in a Region, all APIs together. Source: API Gateway account quotas."""

Verdict = Literal["pass", "throttled", "quota exceeded"]


class KeyUsage:
    """Counts one API key's requests against its usage plan.

    Parameters
    ----------
    plan
        The limits.
    clock
        Seconds since the epoch, which quota periods are told by.
    """

    def __init__(self, plan: UsagePlan, clock: Callable[[], float] = time.time) -> None:
        self._plan = plan
        self._clock = clock
        self._used: Counter[str] = Counter()
        self._bucket: TokenBucket | None = None
        if plan.rate_per_s is not None:
            burst = plan.burst if plan.burst is not None else plan.rate_per_s
            self._bucket = TokenBucket(plan.rate_per_s, burst, clock)

    def take(self) -> Verdict:
        """Count a request, if it may pass."""
        if self._bucket is not None and not self._bucket.take():
            return "throttled"
        if self._plan.quota is None:
            return "pass"
        period = period_of(self._plan.period, self._clock())
        if self._used[period] >= self._plan.quota:
            return "quota exceeded"
        # Only the running period counts: earlier ones are forgotten.
        self._used = Counter({period: self._used[period] + 1})
        return "pass"


def period_of(kind: Literal["DAY", "WEEK", "MONTH"], time_s: float) -> str:
    """Return the name of the quota period, in UTC, that *time_s* (since the epoch) lies in."""
    day = datetime.fromtimestamp(time_s, UTC).date()
    if kind == "DAY":
        return day.isoformat()
    if kind == "WEEK":
        return (day - timedelta(days=day.weekday())).isoformat()
    return f"{day:%Y-%m}"


class Throttles:
    """All that may hold a request back: one usage a key, and the account's bucket."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._usages: dict[tuple[str, str], KeyUsage] = {}
        self._account = TokenBucket(ACCOUNT_RATE_PER_S, ACCOUNT_BURST, clock)

    def take(self, api: RestApi, api_key: str | None) -> Verdict:
        """Count a request to *api*; *api_key* is `None` for a method that needs none."""
        if api_key is not None:
            usage = self._usages.get((api.api_id, api_key))
            if usage is None:
                usage = self._usages[api.api_id, api_key] = KeyUsage(api.usage_plan, self._clock)
            verdict = usage.take()
            if verdict != "pass":
                return verdict
        return "pass" if self._account.take() else "throttled"
