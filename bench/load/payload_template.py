"""What every kind of payload hands over: its bytes, and where a message may write its own name."""

from dataclasses import dataclass

NONCE_BYTES = 24
"""Length of the nonce that makes one payload differ from all others, in ASCII characters.

A multiple of three, so that base64 turns it into whole groups (RFC 4648 section 4) and a message
can be made by splicing 32 characters into text that was encoded once.
"""


@dataclass(frozen=True, slots=True)
class PayloadTemplate:
    """A payload whose nonce is still blank.

    Parameters
    ----------
    data
        The whole payload.
    nonce_offset
        Where the nonce's `NONCE_BYTES` bytes begin; a multiple of three.
    """

    data: bytes
    nonce_offset: int

    def with_nonce(self, nonce: bytes) -> bytes:
        """Return the payload with `nonce` (`NONCE_BYTES` bytes of ASCII) in its place."""
        end = self.nonce_offset + NONCE_BYTES
        return b"".join((self.data[: self.nonce_offset], nonce, self.data[end:]))
