"""Reads what a state does with errors: Retry and Catch."""

from typing import Any, Final

from statemachine.definition.fields import ERROR_OUTPUT, Fields
from statemachine.definition.flow_reader import read_assign
from statemachine.definition.states import Catcher, Retrier
from statemachine.scope import ABSENT

MAX_DELAY_S: Final = 31_622_399
"""Source: Step Functions Developer Guide, "Handling errors in Step Functions workflows",
MaxDelaySeconds: greater than IntervalSeconds and less than 31622400."""


def read_retriers(fields: Fields) -> tuple[Retrier, ...]:
    """Read Retry; faults are reported."""
    retriers = []
    entries = fields.items("Retry")
    for place, entry in enumerate(entries):
        jitter = entry.text("JitterStrategy", "NONE")
        if jitter not in {"FULL", "NONE"}:
            entry.report("Value must be FULL or NONE.", "JitterStrategy")
        entry.text("Comment")
        interval_s = entry.number("IntervalSeconds", 1, least=1) or 1
        max_delay_s = entry.number("MaxDelaySeconds", least=1, most=MAX_DELAY_S)
        if max_delay_s is not None and max_delay_s <= interval_s:
            entry.report("Value must be greater than IntervalSeconds.", "MaxDelaySeconds")
        retriers.append(
            Retrier(
                error_equals=_errors(entry, last=place == len(entries) - 1),
                interval_s=interval_s,
                max_attempts=int(entry.number("MaxAttempts", 3) or 0),
                backoff_rate=entry.number("BackoffRate", 2.0, least=1, whole=False) or 2.0,
                max_delay_s=max_delay_s,
                full_jitter=jitter == "FULL",
            )
        )
        entry.unread()
    return tuple(retriers)


def read_catchers(fields: Fields) -> tuple[Catcher, ...]:
    """Read Catch; faults are reported."""
    catchers = []
    entries = fields.items("Catch")
    for place, entry in enumerate(entries):
        entry.text("Comment")
        catchers.append(
            Catcher(
                error_equals=_errors(entry, last=place == len(entries) - 1),
                next=entry.text("Next", required=True) or "",
                result_path=entry.reference_path("ResultPath", "$"),
                output=_output(entry),
                assign=read_assign(entry, ERROR_OUTPUT),
            )
        )
        entry.unread()
    return tuple(catchers)


def _output(entry: Fields) -> Any:
    if not entry.is_jsonata:
        return ABSENT  # left unread, and so reported as a field of the other language
    return entry.template("Output", ABSENT, states=ERROR_OUTPUT)


def _errors(entry: Fields, *, last: bool) -> tuple[str, ...]:
    names = entry.names("ErrorEquals")
    if "States.ALL" in names and (len(names) > 1 or not last):
        entry.report("States.ALL must appear alone, and in the last entry.", "ErrorEquals")
    return names
