"""The answer of a saturation search in sentences, from saturation.json alone."""

from collections.abc import Mapping
from typing import Any, Final

from bench.report.number_format import number, plural, strategy_name

NOT_AWS: Final = (
    "A rate found here is this machine's and not AWS's: load generator, gateway, functions and the "
    "servers that stand for AWS share its cores, and whatever else ran on it had its part. It "
    "shows which strategy carries more on the same machine, and how waits grow before it gives way."
)


def answer_sentences(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Say for each strategy which rate it holds and what bounds it."""
    return tuple(_answer(document, each) for each in document["strategies"])


def cautions(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what must be known before a rate is believed."""
    found = [NOT_AWS]
    for each in document["strategies"]:
        name = strategy_name(each["strategy"])
        if each["ending"] == "not to be told more finely":
            found.append(
                f"{name}: the interval is wider than the resolution asked for. Between its ends "
                "misses are near what the objective allows; more of them than a probe sends would "
                "be needed to tell."
            )
        elif each["ending"] == "out of probes":
            found.append(
                f"{name}: the search ended with its last probe, and not by the resolution."
            )
        elif each["ending"] == "stopped":
            found.append(
                f"{name}: the search stopped early, as executions did not end within the limit; a "
                "rate tried next would have met what they left."
            )
        if _contradicted(document, each):
            found.append(
                f"{name}: a rate above {number(each['too_high_per_s'])} messages/s, tried at "
                "another time, was not too high. The machine changed meanwhile, most likely for "
                "what else ran on it: search again when it is quiet."
            )
    return tuple(found)


def _contradicted(document: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Say whether a rate passed that is above one that was too high."""
    high = found["too_high_per_s"]
    return high is not None and any(
        each["outcome"] in ("holds", "cannot tell")
        for each in document["probes"]
        if each["strategy"] == found["strategy"] and each["rate_per_s"] > high
    )


def method_sentence(document: Mapping[str, Any]) -> str:
    """Say how it was searched, and how sure it is."""
    method = document["method"]
    chances = ", ".join(
        f"{strategy_name(each['strategy'])} {each['least_confidence_of_all']:.0%}"
        for each in document["strategies"]
    )
    return (
        f"{method['text']} Confidence of each answer: {method['confidence']:.0%}; that no answer "
        f"of a search was wrong, at least: {chances}. To hold, {objectives_text(document)} needs "
        f"{method['requests_to_hold']} requests of which none misses, in "
        f"{method['blocks_to_hold']} blocks, or up to twice as many. Resolution "
        f"{method['resolution']:.0%}; arrivals by chance (Poisson); seed {method['seed']}."
    )


def objectives_text(document: Mapping[str, Any]) -> str:
    """Name the objectives as they would be spoken, such as `p99 ≤ 300 ms`."""
    return " and ".join(
        f"{each['percentile']} ≤ {each['limit_ms']:g} ms" for each in document["objectives"]
    )


def _answer(document: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    name, held, high = (
        strategy_name(found["strategy"]),
        found["held_per_s"],
        found["too_high_per_s"],
    )
    kept = f"{objectives_text(document)} at {document['load']} under {document['profile']}"
    after = f" ({plural(found['probes'], 'probe')})"
    if held is None and high is None:
        return f"{name}: whether any rate holds {kept} could not be told{after}."
    if held is None:
        return (
            f"{name} was not seen to hold {kept} at any rate tried; {number(high)} messages/s is "
            f"too high. {_bound(found)}{after}."
        )
    if high is None:
        return f"{name} holds {kept} at {number(held)} messages/s at least{_unbound(found)}{after}."
    if found["bound"] == "load generator":
        return (
            f"{name} holds {kept} at {number(held)} messages/s at least, bound by the load "
            f"generator, which gave way at {number(high)}{after}."
        )
    return (
        f"{name} holds {kept} at {number(held)} messages/s; {number(high)} is too high. "
        f"{_bound(found)}{after}."
    )


def _unbound(found: Mapping[str, Any]) -> str:
    highest = found["ending"] == "held at the highest rate"
    return ", the highest rate tried" if highest else "; no higher rate was told"


def _bound(found: Mapping[str, Any]) -> str:
    return f"What bounds it: {found['bound']}"
