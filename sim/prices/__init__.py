"""What AWS charges, with a date: a snapshot of list prices, a user's own, and a month's bill.

Not for how much of anything is used: that is counted by whoever asks for a bill.
"""

from sim.prices.bill import Bill, BillLine, bill_of
from sim.prices.price import CONFIDENCES, Price, Tier
from sim.prices.price_file import read_prices, write_prices
from sim.prices.price_list import CacheEngine, PriceList, Rule, node_hour_name
from sim.prices.refresh import Refreshed, refresh
from sim.prices.usage import (
    CacheUsage,
    EndpointUsage,
    FunctionUsage,
    Usage,
    billed_requests,
    storage_gb_months,
)

__all__ = [
    "CONFIDENCES",
    "Bill",
    "BillLine",
    "CacheEngine",
    "CacheUsage",
    "EndpointUsage",
    "FunctionUsage",
    "Price",
    "PriceList",
    "Refreshed",
    "Rule",
    "Tier",
    "Usage",
    "bill_of",
    "billed_requests",
    "node_hour_name",
    "read_prices",
    "refresh",
    "storage_gb_months",
    "write_prices",
]
