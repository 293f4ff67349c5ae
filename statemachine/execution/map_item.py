"""One item of a Map state, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from statemachine.scope import ABSENT


@dataclass(frozen=True, slots=True)
class Item:
    """What one iteration or child execution works on.

    Parameters
    ----------
    key
        Its key, where the items are an object's members.
    source
        `STATE_DATA`, or the S3 address that it was read from. Source: Step Functions Developer
        Guide, "Accessing execution data from the Context object", Map.Item.Source.
    """

    index: int
    value: Any
    key: Any = ABSENT
    source: str = ""

    def context(self) -> Mapping[str, Any]:
        """Return what `$$.Map` stands for."""
        item: dict[str, Any] = {"Index": self.index, "Value": self.value}
        if self.key is not ABSENT:
            item["Key"] = self.key
        if self.source:
            item["Source"] = self.source
        return {"Item": item}
