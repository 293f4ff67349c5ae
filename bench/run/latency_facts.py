"""What run.json says about latencies, and the shaping that it was said of."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.results import ResultsReadError
from sim.latency import Network, OperationModel
from sim.latency.function_network import FunctionNetwork
from sim.latency.shaping import Shaping


def latency_facts(shaping: Shaping) -> dict[str, Any]:
    """Return under which profile and network the answer was found, for run.json."""
    sender = {
        name: None if value == math.inf else value for name, value in asdict(shaping.sender).items()
    }
    limit = shaping.function_network
    return {
        "profile": shaping.profile,
        "draws_seed": shaping.seed,
        "sender_network": sender,
        "function_network": None if limit is None else asdict(limit),
        "cache_placement": shaping.cache_placement,
        "cache_tls": shaping.cache_tls,
        "operations": {name: asdict(model) for name, model in shaping.operations.items()},
    }


def shaping_from(run: Mapping[str, Any]) -> Shaping:
    """Return the shaping that run.json tells of; runs before `function_network` have no limit.

    Raises
    ------
    ResultsReadError
        If it tells of none, or of one that cannot be.
    """
    try:
        facts = run["latency"]
        limit = facts.get("function_network")
        return Shaping(
            profile=facts["profile"],
            seed=facts["draws_seed"],
            operations={
                name: OperationModel(**model) for name, model in facts["operations"].items()
            },
            sender=Network(
                **{
                    name: math.inf if value is None else value
                    for name, value in facts["sender_network"].items()
                }
            ),
            function_network=None if limit is None else FunctionNetwork(**limit),
            cache_placement=facts["cache_placement"],
            cache_tls=facts["cache_tls"],
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ResultsReadError(
            "the key latency of run.json does not describe a latency profile "
            f"({type(error).__name__}: {error}): run `firstwrite bench` again"
        ) from error
