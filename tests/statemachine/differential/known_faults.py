"""Differences that are known to be the peer's fault, each with the reason.

LocalStack 4.14 and moto are not AWS. What is listed here was decided by AWS's documents, or by what
others have quoted from AWS.
"""

import re
from collections.abc import Mapping
from typing import Final

from tests.statemachine.differential.comparison import Difference

FAULTS: Final[Mapping[str, re.Pattern[str]]] = {
    "its own exception for a cause, where AWS writes a sentence": re.compile(
        r"(?:^|[^\w'])\w*(?:Error|Exception)\("
    ),
    "the name of a class of its JSONata engine": re.compile(r"com\.dashjoin\."),
    "a definition that its parser stumbles over": re.compile(r"Error=\w+Error Args="),
    "the name of its own class for a field": re.compile(
        r"specified for the field '(?:\w+(?:Simple|Value|J(?:SON|son)Path)|None)'"
    ),
    "many-valued paths that may not select nothing": re.compile(
        r"JSONPath '\$[^']*(?:\.\.|\[\*\]|\[\?)[^']*' .*could not be found"
    ),
    "a JSONata expression without its field": re.compile(
        r"The JSONata expression '(?:(?! specified for the field ).)*' returned nothing"
    ),
    "a variable's text escaped twice": re.compile(r"\\\\u[0-9a-f]{4}"),
}
"""What a known fault leaves in the peer's words."""

RIGHTS: Final[Mapping[str, re.Pattern[str]]] = {
    "a Choice rule that may read what is not there": re.compile(
        r"The choice state's condition path references an invalid value"
    ),
    "a path into what is no object, in other words": re.compile(
        r"Property \['.*'\] not found in path"
    ),
    "a Wait state's path in other words": re.compile(r"Path parameter does not reference "),
    "a Map state's items in other words": re.compile(r"must point to array"),
}
"""What AWS says, and we do, where the peer goes on or has words of its own."""


def known_fault(difference: Difference) -> str | None:
    """Return the name of the known fault that a difference comes from, if any."""
    for said, patterns in ((difference.theirs, FAULTS), (difference.ours, RIGHTS)):
        for fault, pattern in patterns.items():
            if any(pattern.search(words) for words in _texts(said)):
                return fault
    return None


def _texts(said: object) -> list[str]:
    if isinstance(said, str):
        return [said]
    if isinstance(said, list | tuple):
        return [text for each in said for text in _texts(each)]
    if isinstance(said, dict):
        return [
            *_texts(said.get("cause")),
            *_texts(said.get("details")),
            *_texts(list(said.get("assignedVariables", {}).values())),
        ]
    return []
