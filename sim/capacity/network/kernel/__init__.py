"""The event loop, compiled by Numba: one file a kind of resource, all over the same flat records.

`records` says what the records hold, `run` is the loop, `advance` takes one message's token from
step to step. Nothing here allocates: where room runs out, `run` says so, and its caller makes more.
"""
