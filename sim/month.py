"""How long a month is where money is counted."""

from typing import Final

HOURS_PER_MONTH: Final = 730.0
"""A twelfth of 365 days, as AWS's Pricing Calculator counts. Source: its "Assumptions"."""

SECONDS_PER_MONTH: Final = HOURS_PER_MONTH * 3600
