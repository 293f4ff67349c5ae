"""What a value costs a cache node beside its bytes, and what its thread takes for it."""

from typing import Final

VALUE_OVERHEAD_BYTES: Final = 100
"""Of a key and its value's header. Recalled, not verified: some 100 bytes for a short key with a
time to live."""

ALLOCATOR_SHARE: Final = 1.10
"""Bytes that the allocator takes for each byte of a large value. Its size classes are up to 25 %
apart (jemalloc), so a value wastes between none and that; 10 % is judgement."""

THREAD_BYTES_PER_S: Final = 2.0e9
"""What the one thread that executes commands copies between sockets and memory. Judgement: SET of
6 MB into a local Valkey takes 2 to 3 ms, both ends included."""

THREAD_SECONDS: Final = 20e-6
"""Of one command, whatever its size. Judgement: some 50,000 commands a second and thread."""
