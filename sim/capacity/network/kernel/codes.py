"""The numbers that stand for kinds of steps, resources, distributions and rules in the kernel."""

from typing import Final

# Steps. SERVE is followed by LEAVE, a Fork's branches each by JOIN, the program by END.
DELAY: Final = 0
SERVE: Final = 1
LEAVE: Final = 2
TAKE: Final = 3
INVOKE: Final = 4
RELEASE: Final = 5
STORE: Final = 6
LOAD: Final = 7
FREE: Final = 8
MARK: Final = 9
FORK: Final = 10
JOIN: Final = 11
END: Final = 12

# Resources.
STATION: Final = 0
BUCKET: Final = 1
POOL: Final = 2
MEMORY: Final = 3

# Service times.
CONSTANT: Final = 0
EXPONENTIAL: Final = 1
BANDWIDTH: Final = 2
LATENCY: Final = 3
EMPIRICAL: Final = 4

# Rules of refusal.
FAIL: Final = 0
RETRY: Final = 1
WAIT: Final = 2

# What `run` returns.
PAUSED: Final = 0
DONE: Final = 1
NEEDS_TOKENS: Final = 2
NEEDS_SLOTS: Final = 3
NEEDS_ENTRIES: Final = 4
NEEDS_ROWS: Final = 5

# Outcomes of a message; from FAILED on, two for each reason: before and after the receipt.
UNFINISHED: Final = 0
COMPLETED: Final = 1
FAILED: Final = 2

# A message's value in a memory, where it is not an entry.
NEVER_STORED: Final = -1
GONE: Final = -2

# Rows of `flags`.
OUTCOME: Final = 0
ATTEMPTS: Final = 1
COLD: Final = 2

COLD_BEFORE_RECEIPT: Final = 1
COLD_AFTER_RECEIPT: Final = 2

WINDOW_S: Final = 1.0
"""Peaks are the most of windows of this length."""

TOKEN_BITS: Final = 28
TOKEN_MASK: Final = (1 << TOKEN_BITS) - 1
FIRST_TIMER: Final = TOKEN_MASK - (1 << 16)
"""In a heap's key, below the sequence number: a token, or a resource's timer from here on."""
