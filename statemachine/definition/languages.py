"""The two query languages of a definition, and the fields that only one of them has."""

from typing import Final

JSONPATH: Final = "JSONPath"
JSONATA: Final = "JSONata"

_OF_JSONATA: Final = frozenset({"Arguments", "Condition", "Items", "Output"})
_OF_JSONPATH: Final = frozenset(
    {
        "CausePath",
        "ErrorPath",
        "HeartbeatSecondsPath",
        "InputPath",
        "ItemsPath",
        "MaxConcurrencyPath",
        "MaxItemsPath",
        "MaxItemsPerBatchPath",
        "MaxInputBytesPerBatchPath",
        "OutputPath",
        "Parameters",
        "Result",
        "ResultPath",
        "ResultSelector",
        "SecondsPath",
        "TimeoutSecondsPath",
        "TimestampPath",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentagePath",
        "Variable",
    }
)
"""Source: Step Functions Developer Guide, "Transforming data with JSONata", and the pages of the
states."""


def unsupported(name: str, language: str) -> str:
    """Return AWS's words for a field that an object does not have."""
    of_other = _OF_JSONATA if language == JSONPATH else _OF_JSONPATH
    if name not in of_other:
        return f"Field '{name}' is not supported"
    other = JSONATA if language == JSONPATH else JSONPATH
    return (
        f"The QueryLanguage is set to '{language}', but field '{name}' is only supported for the "
        f"'{other}' QueryLanguage"
    )
