"""What the service's resources may be called."""

import re
from typing import Final

from sim.states_service.refusal import Refusal

_NAME: Final = re.compile(
    r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\U0010ffff]{1,80}"
)
"""Source: Step Functions API Reference, StartExecution, "name"."""


def check_name(name: str) -> None:
    """Refuse what is no name with `InvalidName`."""
    if not _NAME.fullmatch(name):
        raise Refusal("InvalidName", f"Invalid Name: '{name}'")
