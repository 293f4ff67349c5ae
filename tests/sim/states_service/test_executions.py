"""Executions over boto3: started, described, listed, stopped; STANDARD and EXPRESS."""

import re

import pytest
from botocore.exceptions import ClientError

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"n": 1}, "End": True}}}
ECHO = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}
FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}}
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_execution_s_input_output_and_history_are_there_to_read(client, create, ended):
    machine = create(PASS)
    arn = client.start_execution(
        stateMachineArn=machine, name="one", input='{"a": 1}', traceHeader=TRACE
    )["executionArn"]
    found = ended(arn)
    assert arn == machine.replace(":stateMachine:", ":execution:") + ":one"
    assert (found["status"], found["output"], found["input"]) == (
        "SUCCEEDED",
        '{"n":1}',
        '{"a": 1}',
    )
    assert found["inputDetails"] == found["outputDetails"] == {"included": True}
    assert found["startDate"] <= found["stopDate"]
    assert found["traceHeader"] == TRACE
    assert found["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    events = client.get_execution_history(executionArn=arn)["events"]
    assert [(event["id"], event["type"]) for event in events] == [
        (1, "ExecutionStarted"),
        (2, "PassStateEntered"),
        (3, "PassStateExited"),
        (4, "ExecutionSucceeded"),
    ]
    assert events[-1]["timestamp"] == found["stopDate"]


def test_a_failed_execution_has_its_error_and_can_be_redriven(client, create, ended):
    arn = client.start_execution(stateMachineArn=create(FAIL))["executionArn"]
    found = ended(arn)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "E", "C")
    assert "output" not in found
    assert found["redriveStatus"] == "REDRIVABLE"


def test_metadata_alone_has_no_data(client, create, ended):
    arn = client.start_execution(stateMachineArn=create(PASS))["executionArn"]
    ended(arn)
    found = client.describe_execution(executionArn=arn, includedData="METADATA_ONLY")
    assert not {"input", "output"} & set(found)
    assert found["inputDetails"] == found["outputDetails"] == {"included": False}


def test_a_status_filter_lists_those_alone(client, create):
    machine = create(WAIT)
    running = client.start_execution(stateMachineArn=machine)["executionArn"]
    stopped = client.start_execution(stateMachineArn=machine)["executionArn"]
    client.stop_execution(executionArn=stopped)

    def listed(**given):
        answer = client.list_executions(stateMachineArn=machine, **given)
        return [item["executionArn"] for item in answer["executions"]]

    assert listed(statusFilter="RUNNING") == [running]
    assert listed(statusFilter="ABORTED") == [stopped]
    assert listed(redriveFilter="REDRIVEN") == []
    assert listed() == [stopped, running]
    client.stop_execution(executionArn=running)
    assert listed(redriveFilter="NOT_REDRIVEN") == [running, stopped]  # by the time of their ends


def test_a_stopped_execution_is_aborted_with_its_error_and_cause(client, create):
    arn = client.start_execution(stateMachineArn=create(WAIT))["executionArn"]
    stopped = client.stop_execution(executionArn=arn, error="Own.Reason", cause="enough")
    found = client.describe_execution(executionArn=arn)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Own.Reason", "enough")
    assert found["stopDate"] == stopped["stopDate"]
    events = client.get_execution_history(executionArn=arn)["events"]
    assert events[0]["type"] == "ExecutionStarted"
    assert events[-1]["type"] == "ExecutionAborted"
    assert events[-1]["executionAbortedEventDetails"] == {"error": "Own.Reason", "cause": "enough"}
    assert client.stop_execution(executionArn=arn, error="Other")["stopDate"] == found["stopDate"]
    assert client.describe_execution(executionArn=arn)["error"] == "Own.Reason"


def test_numbers_of_any_size_come_back_as_they_are(client, create, ended):
    given = '{"n":123456789012345678901234567890}'
    arn = client.start_execution(stateMachineArn=create(ECHO), input=given)["executionArn"]
    assert ended(arn)["output"] == given


def test_a_name_is_used_once(client, create):
    machine = create(WAIT)
    first = client.start_execution(stateMachineArn=machine, name="n", input="{}")
    again = client.start_execution(stateMachineArn=machine, name="n", input="{}")
    assert (first["executionArn"], first["startDate"]) == (
        again["executionArn"],
        again["startDate"],
    )
    arn = first["executionArn"]
    used = ("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
    assert (
        refusal(client.start_execution, stateMachineArn=machine, name="n", input='{"b":1}') == used
    )
    client.stop_execution(executionArn=arn)
    assert refusal(client.start_execution, stateMachineArn=machine, name="n", input="{}") == used


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"stateMachineArn": "{machine}x"}, "StateMachineDoesNotExist"),
        ({"stateMachineArn": "{machine}:1"}, "StateMachineDoesNotExist"),
        ({"stateMachineArn": "{machine}/label"}, "ValidationException"),
        ({"stateMachineArn": "machine"}, "InvalidArn"),
        ({"stateMachineArn": "{execution}"}, "InvalidArn"),
        ({"name": "a b"}, "InvalidName"),
        ({"name": "n" * 81}, "ValidationException"),
        ({"input": "{"}, "InvalidExecutionInput"),
        ({"input": ""}, "InvalidExecutionInput"),
        ({"input": '{"a": NaN}'}, "InvalidExecutionInput"),
        ({"input": "[" * 100_000}, "InvalidExecutionInput"),
        ({"input": '"' + "x" * 262_143 + '"'}, "ValidationException"),
        ({"input": '"' + "ü" * 131_072 + '"'}, "ValidationException"),
        ({"traceHeader": "ü"}, "ValidationException"),
    ],
)
def test_a_start_that_is_not_valid_is_refused_by_aws_s_name(client, create, changed, expected):
    machine = create(PASS)
    execution = machine.replace(":stateMachine:", ":execution:") + ":e"
    given = {name: text.format(machine=machine, execution=execution) if "{m" in text or "{e" in text
             else text for name, text in changed.items()}  # fmt: skip
    code, message = refusal(client.start_execution, **{"stateMachineArn": machine, **given})
    assert code == expected
    assert message


def test_an_execution_that_is_not_there_is_refused(client, create):
    execution = create(PASS).replace(":stateMachine:", ":execution:") + ":none"
    missing = ("ExecutionDoesNotExist", f"Execution Does Not Exist: '{execution}'")
    for call in (
        client.describe_execution,
        client.describe_state_machine_for_execution,
        client.get_execution_history,
        client.stop_execution,
    ):
        assert refusal(call, executionArn=execution) == missing


def test_a_sync_execution_gives_its_outcome_and_its_bill(client, create):
    machine = create(ECHO, type="EXPRESS")
    found = client.start_sync_execution(
        stateMachineArn=machine, name="s", input='{"a": 1}', traceHeader=TRACE
    )
    assert (found["status"], found["output"], found["input"]) == (
        "SUCCEEDED",
        '{"a":1}',
        '{"a": 1}',
    )
    assert re.fullmatch(r".*:express:m-[\w-]+:s:[0-9a-f-]{36}", found["executionArn"])
    assert (found["name"], found["traceHeader"]) == ("s", TRACE)
    assert found["stateMachineArn"] == machine
    assert found["startDate"] <= found["stopDate"]
    bill = found["billingDetails"]
    assert bill == {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100}


def test_a_failed_sync_execution_is_an_answer_not_an_error(client, create):
    found = client.start_sync_execution(stateMachineArn=create(FAIL, type="EXPRESS"))
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "E", "C")


def test_an_express_execution_over_its_time_has_timed_out(client, create):
    machine = create({**WAIT, "TimeoutSeconds": 1}, type="EXPRESS")
    found = client.start_sync_execution(stateMachineArn=machine)
    assert found["status"] == "TIMED_OUT"
    assert not {"output", "error", "cause"} & set(found)


def test_no_express_execution_runs_longer_than_five_minutes(served, create):
    limits = {
        given: served.service.state_machines.get(
            create({**WAIT, **given_members}, type="EXPRESS")
        ).revision.parsed.timeout_s
        for given, given_members in {
            None: {},
            10: {"TimeoutSeconds": 10},
            900: {"TimeoutSeconds": 900},
        }.items()
    }
    assert limits == {None: 300, 10: 10, 900: 300}


def test_a_standard_machine_has_no_sync_execution(client, create):
    assert refusal(client.start_sync_execution, stateMachineArn=create(PASS)) == (
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )


def test_express_executions_are_started_anew_each_time_and_not_shown(served, client, create):
    machine = create(WAIT, type="EXPRESS")
    arns = {client.start_execution(stateMachineArn=machine, name="n")["executionArn"] for _ in "ab"}
    assert len(arns) == 2
    context = "Invalid Arn: 'Resource type not valid in this context: express'"
    for call in (client.describe_execution, client.get_execution_history, client.stop_execution):
        assert refusal(call, executionArn=arns.pop() if len(arns) > 1 else min(arns)) == (
            "InvalidArn",
            context,
        )
    assert refusal(client.list_executions, stateMachineArn=machine)[0] == (
        "StateMachineTypeNotSupported"
    )
    assert len(served.service._express) == 2


def test_which_executions_to_list_has_to_be_said_once(client, create):
    assert refusal(client.list_executions)[0] == "ValidationException"
    pending = {"stateMachineArn": create(PASS), "statusFilter": "PENDING_REDRIVE"}
    assert refusal(client.list_executions, **pending)[0] == "ValidationException"
