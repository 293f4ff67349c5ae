"""What a record's payload is made of."""

from typing import Final, Literal

Kind = Literal["image", "json", "binary", "text"]
"""JPEG, JSON in UTF-8, random bytes, or log lines in UTF-8."""

KINDS: Final[tuple[Kind, ...]] = ("image", "json", "binary", "text")
