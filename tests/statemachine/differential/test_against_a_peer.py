"""Generated machines do the same here as in another Step Functions.

The other one is a development tool: `FIRSTWRITE_STEP_FUNCTIONS_PEER` names its URL, and where it is
not set these tests are skipped. For a long campaign run
`python -m tests.statemachine.differential.campaign --help`.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.statemachine.differential.comparison import differences
from tests.statemachine.differential.known_faults import known_fault
from tests.statemachine.differential.machines import machines
from tests.statemachine.differential.peers import (
    ENDPOINT_VARIABLE,
    StepFunctionsPeer,
    moto_peer,
    run_ours,
)

ENDPOINT = os.environ.get(ENDPOINT_VARIABLE)


def compared(peer, language, count, excuses=()):
    """Compare so many machines with the peer; `excuses` say of a machine why it may differ."""

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],  # the campaign looks for smaller machines, here it takes minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(machines(language))
    def compare(machine):
        ours = run_ours(machine)
        theirs = peer.run(machine)
        if any(excuse(ours, theirs) for excuse in excuses):
            return
        found = differences(ours, theirs)
        assert [each for each in found if known_fault(each) is None] == []

    compare()


@pytest.mark.skipif(not ENDPOINT, reason=f"{ENDPOINT_VARIABLE} names no other Step Functions")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_a_machine_does_the_same_in_the_peer(language):
    compared(StepFunctionsPeer(ENDPOINT), language, 100)


def has_error(ours, theirs):
    """Moto takes what a path does not find for an empty list, and words errors its own way."""
    failed = [event for run in (ours, theirs) for event in run.events if "Failed" in event["type"]]
    return bool(failed)


def test_a_machine_that_succeeds_does_the_same_in_moto():
    with moto_peer() as peer:
        compared(peer, "JSONPath", 15, [has_error])
