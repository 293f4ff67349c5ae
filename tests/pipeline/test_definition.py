"""The state machine's definition as text: what can be told without running it."""

import json
import re
from pathlib import Path

import errors
import pytest

REPOSITORY = Path(__file__).parents[2]
TEXT = (REPOSITORY / "statemachine" / "message_archive.asl.json").read_text()
DEFINITION = json.loads(TEXT)
INTEGRATIONS = {
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::sns:publish",
    "arn:aws:states:::sqs:sendMessage",
}
PREDEFINED_ERRORS = re.compile(
    r"States\.(ALL|TaskFailed|Timeout)|(Lambda|SNS|SQS)\.[A-Za-z]+Exception"
)


def scopes(definition):
    """Yield the states of the machine and of each branch: transitions stay inside one."""
    yield definition["StartAt"], definition["States"]
    for state in definition["States"].values():
        for branch in state.get("Branches", []):
            yield from scopes(branch)


def next_states(state):
    rules = [state, *state.get("Catch", []), *state.get("Choices", [])]
    return [rule["Next"] for rule in rules if "Next" in rule] + (
        [state["Default"]] if "Default" in state else []
    )


SCOPES = list(scopes(DEFINITION))
STATES = {name: state for _, states in SCOPES for name, state in states.items()}
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}


def dead_letter_task(name):
    """Return the task that a failure of *name* leads to."""
    (catcher,) = TASKS[name]["Catch"]
    return catcher["Next"], TASKS[catcher["Next"]]


def test_every_transition_leads_to_a_state_of_its_scope_and_every_state_is_reached():
    for start, states in SCOPES:
        reached, waiting = set(), [start]
        while waiting:
            name = waiting.pop()
            assert name in states
            if name not in reached:
                reached.add(name)
                waiting += next_states(states[name])
        assert reached == set(states)
        for state in states.values():
            ways_on = [
                "Next" in state,
                state.get("End") is True,
                state["Type"] in {"Choice", "Fail"},
            ]
            assert ways_on.count(True) == 1


@pytest.mark.parametrize("name", TASKS)
def test_task_is_bounded_in_time_and_attempts_and_catches_everything(name):
    task = TASKS[name]
    assert task["Resource"] in INTEGRATIONS
    assert 0 < task["TimeoutSeconds"] <= 75
    for rule in task["Retry"]:
        assert 0 <= rule["MaxAttempts"] <= 8
        assert rule.get("MaxDelaySeconds", 60) <= 60
    (catcher,) = task["Catch"]
    assert catcher["ErrorEquals"] == ["States.ALL"]
    # The input stays: what follows needs the messageID.
    assert catcher["ResultPath"].startswith("$.")


@pytest.mark.parametrize("name", TASKS)
def test_errors_that_are_retried_or_not_are_errors_that_exist(name):
    for rule in TASKS[name]["Retry"]:
        for error in rule["ErrorEquals"]:
            assert PREDEFINED_ERRORS.fullmatch(error) or issubclass(
                getattr(errors, error), errors.PipelineError
            )


def test_retries_of_one_message_end_long_before_its_payload_expires():
    longest_s = 0.0
    for rule in TASKS["Archive"]["Retry"]:
        delay_s = rule.get("IntervalSeconds", 0)
        for _ in range(rule["MaxAttempts"]):
            longest_s += min(delay_s, 60) + TASKS["Archive"]["TimeoutSeconds"]
            delay_s *= rule["BackoffRate"]
    assert longest_s < 3600


@pytest.mark.parametrize(
    ("name", "queue"),
    [
        ("Announce", "Announce"),
        ("Archive", "Archive"),
        ("PublishArchived", "Archive"),
        ("Metadata", "Metadata"),
        ("PublishMetadataStored", "Metadata"),
        ("Aggregate", "Aggregate"),
        ("PublishCompleted", "Aggregate"),
    ],
)
def test_what_cannot_be_finished_goes_to_the_functions_own_dead_letter_queue(name, queue):
    _, task = dead_letter_task(name)
    parameters = task["Parameters"]
    assert task["Resource"] == "arn:aws:states:::sqs:sendMessage"
    assert parameters["QueueUrl"] == f"${{{queue}DeadLetterQueueUrl}}"
    assert parameters["MessageBody"]["messageID.$"] == "$.messageID"
    assert parameters["MessageBody"]["error.$"] == "$.error"


def test_dead_letter_task_that_fails_ends_where_it_ends_when_it_succeeds():
    for name in TASKS:
        if name.endswith("ToDeadLetterQueue"):
            (catcher,) = TASKS[name]["Catch"]
            assert catcher["Next"] == TASKS[name]["Next"]


def test_branch_that_failed_is_not_delivered_and_the_execution_fails():
    delivered = DEFINITION["States"]["AllDelivered"]
    (choice,) = delivered["Choices"]
    assert {rule["Variable"] for rule in choice["And"]} == {
        f"$.branches.{branch}.delivered" for branch in ("announce", "archive", "metadata")
    }
    assert STATES[delivered["Default"]]["Type"] == "Fail"
    for branch in ("Announce", "Archive", "Metadata"):
        assert STATES[f"{branch}NotDelivered"]["Parameters"]["delivered"] is False
    assert STATES["AggregateFailed"]["Type"] == "Fail"


def test_progress_is_published_in_the_documented_words():
    published = {
        state["Parameters"]["Message"]["progress"]
        for state in TASKS.values()
        if state["Resource"].endswith("sns:publish")
    }
    assert published == {"RECEIVED", "ARCHIVED", "METADATA_STORED", "COMPLETED"}


def test_no_path_is_written_as_plain_text():
    """`"state": "$.…"` without `.$` would be sent as it stands."""

    def plain_paths(value):
        if isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) and item.startswith(("$.", "$$.")):
                    if not key.endswith(".$"):
                        yield key
                else:
                    yield from plain_paths(item)
        elif isinstance(value, list):
            for item in value:
                yield from plain_paths(item)

    for state in STATES.values():
        for part in ("Parameters", "ResultSelector"):
            assert list(plain_paths(state.get(part, {}))) == []
