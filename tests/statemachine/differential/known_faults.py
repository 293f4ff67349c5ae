"""Differences that are known to be the peer's fault, each with the reason.

LocalStack 4.14 and moto are not AWS. What is listed here was decided by AWS's documents, or by
histories that others have recorded on AWS.
"""

import re
from typing import Final

from tests.statemachine.differential.comparison import Difference

_OWN_WORDS: Final = re.compile(r"^\w*(Error|Exception)\(")

FAULTS: Final = {
    "a cause that is a Python exception": "AWS writes a sentence",
}


def known_fault(difference: Difference) -> str | None:
    """Return the name of the known fault that a difference comes from, if any."""
    theirs = difference.theirs
    details = theirs.get("details", {}) if isinstance(theirs, dict) else {}
    cause = details.get("cause") if isinstance(theirs, dict) else theirs
    if isinstance(cause, str) and _OWN_WORDS.match(cause):
        return "a cause that is a Python exception"
    return None
