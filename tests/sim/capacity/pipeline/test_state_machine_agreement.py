"""The model's numbers of the state machine, held against its definition and the functions."""

import json
from collections.abc import Iterator
from typing import Any

from sim.capacity.design import Design
from sim.capacity.network import Delay, Network, Take
from sim.capacity.pipeline import Surroundings, names, pipeline_network
from sim.capacity.pipeline import asynchronous as model
from sim.latency.network import PRESETS
from sim.stack.checkout import ROOT

DEFINITION = json.loads((ROOT / "statemachine" / "message_archive.asl.json").read_text())


def states_when_nothing_fails(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the states that an execution enters, a Choice taking its first way."""
    name: str | None = machine["StartAt"]
    while name is not None:
        state = machine["States"][name]
        yield name, state
        for branch in state.get("Branches", ()):
            yield from states_when_nothing_fails(branch)
        name = state["Choices"][0]["Next"] if state["Type"] == "Choice" else state.get("Next")


ENTERED = dict(states_when_nothing_fails(DEFINITION))


def network(design: Design, around: Surroundings, strategy: str) -> Network:
    return pipeline_network(
        design,
        strategy,  # type: ignore[arg-type]
        around,
        sender=PRESETS["same-region"],
        body_bytes=[262_144],
    )


def test_each_state_is_entered_once_and_by_its_name(design: Design, around: Surroundings):
    steps = list(network(design, around, "redis-first").plain_steps())
    taken = [step for step in steps if isinstance(step, Take) and step.bucket == names.TRANSITIONS]
    entered = {
        step.luck.split()[1]
        for step in steps
        if isinstance(step, Delay) and step.luck.startswith(("states.first-state", "states.trans"))
    }
    assert len(taken) == len(ENTERED) == model.TRANSITIONS_PER_MESSAGE
    assert entered == set(ENTERED)


def test_each_task_has_its_overhead_and_each_publication_its_call(
    design: Design, around: Surroundings
):
    lucks = [
        step.luck
        for step in network(design, around, "s3-first").plain_steps()
        if isinstance(step, Delay)
    ]
    tasks = {name for name, state in ENTERED.items() if state["Type"] == "Task"}
    publications = {name for name in tasks if ENTERED[name]["Resource"].endswith("sns:publish")}
    assert {luck.split()[1] for luck in lucks if luck.startswith("states.task")} == tasks
    assert {luck.split()[1] for luck in lucks if luck.startswith("sns.Publish")} == publications
    assert len(publications) == model.PUBLISHES_PER_MESSAGE


def test_retries_are_the_definitions():
    def attempts(state: str, error: str) -> int:
        rules = ENTERED[state]["Retry"]
        return int(next(rule for rule in rules if error in rule["ErrorEquals"])["MaxAttempts"])

    for state in ("Archive", "Metadata", "Aggregate"):
        assert attempts(state, "Lambda.TooManyRequestsException") == model.THROTTLED_RETRIES
        assert attempts(state, "States.TaskFailed") == model.FAILED_RETRIES
    for state in ("Announce", "PublishArchived", "PublishMetadataStored", "PublishCompleted"):
        assert attempts(state, "States.TaskFailed") == model.PUBLISH_RETRIES


def test_the_strategies_differ_by_their_store_alone(design: Design, around: Surroundings):
    redis, s3 = (
        {
            step.luck
            for step in network(design, around, each).plain_steps()
            if isinstance(step, Delay)
        }
        for each in ("redis-first", "s3-first")
    )
    assert redis - s3 == {"elasticache.SET", "elasticache.GET"}
    assert s3 - redis == set()
