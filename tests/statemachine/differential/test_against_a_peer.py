"""Generated machines do the same here as in another Step Functions.

The other one is a development tool: `FIRSTWRITE_STEP_FUNCTIONS_PEER` names its URL, and where it is
not set these tests are skipped. For a long campaign run
`python -m tests.statemachine.differential.campaign --help`.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.statemachine.differential.comparison import differences
from tests.statemachine.differential.known_faults import known_fault
from tests.statemachine.differential.machines import machines
from tests.statemachine.differential.peers import ENDPOINT_VARIABLE, StepFunctionsPeer, run_ours

ENDPOINT = os.environ.get(ENDPOINT_VARIABLE)

pytestmark = [
    pytest.mark.skipif(not ENDPOINT, reason=f"{ENDPOINT_VARIABLE} names no other Step Functions"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def peer():
    return StepFunctionsPeer(ENDPOINT)


@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_a_machine_does_the_same_in_both(peer, language):
    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(machines(language))
    def compare(machine):
        found = differences(run_ours(machine), peer.run(machine))
        assert [each for each in found if known_fault(each) is None] == []

    compare()
