"""TestState over boto3: what a state makes of its data, with real work or a mock."""

import json

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/test"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
LAMBDA = "arn:aws:states:::lambda:invoke"
INNER = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
TASK = {
    "Type": "Task",
    "Resource": LAMBDA,
    "Parameters": {"FunctionName": "f", "Payload.$": "$.p"},
    "ResultSelector": {"got.$": "$.Payload"},
    "ResultPath": "$.result",
    "OutputPath": "$.result",
    "Next": "N",
}
HANDLED = {
    **TASK,
    "Retry": [
        {"ErrorEquals": ["Other"]},
        {"ErrorEquals": ["E"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 2},
    ],
    "Catch": [
        {"ErrorEquals": ["Other"], "Next": "Q"},
        {"ErrorEquals": ["States.ALL"], "Next": "H", "ResultPath": "$.error"},
    ],
}
FAILURE = {"errorOutput": {"error": "E", "cause": "C"}}
MAP = {
    "Type": "Map",
    "ItemsPath": "$.items",
    "ItemSelector": {"v.$": "$$.Map.Item.Value"},
    "MaxConcurrency": 2,
    "ItemProcessor": INNER,
    "Next": "N",
}
DISTRIBUTED = {
    **MAP,
    "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        **INNER,
    },
    "ToleratedFailureCount": 1,
    "ItemBatcher": {"MaxItemsPerBatch": 2},
}


@pytest.fixture
def tested(client):
    def call(definition, data=None, *, level="DEBUG", **given):
        for name in ("variables", "context"):
            if name in given:
                given[name] = json.dumps(given[name])
        if "result" in given:
            given["mock"] = {"result": json.dumps(given.pop("result"))}
        answer = client.test_state(
            definition=json.dumps(definition),
            input=json.dumps({} if data is None else data),
            inspectionLevel=level,
            **given,
        )
        del answer["ResponseMetadata"]
        data = answer.get("inspectionData", {})
        for holder in (answer, data):
            for name, value in holder.items():
                if isinstance(value, str) and name not in {"status", "nextState", "error", "cause"}:
                    holder[name] = json.loads(value)
        return answer

    return call


def refusal(call, *arguments, **given):
    with pytest.raises(ClientError) as refused:
        call(*arguments, **given)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_pass_state_shows_its_data_step_by_step(tested):
    """The example of the Developer Guide, "Using TestState API", inspection level DEBUG."""
    state = {
        "Type": "Pass",
        "InputPath": "$.payload",
        "Parameters": {"data": 1},
        "ResultPath": "$.result",
        "OutputPath": "$.result.data",
        "Next": "Another state",
    }
    data = {"payload": {"foo": "bar"}}
    assert tested(state, data) == {
        "output": 1,
        "inspectionData": {
            "input": data,
            "afterInputPath": {"foo": "bar"},
            "afterParameters": {"data": 1},
            "afterResultSelector": {"data": 1},
            "afterResultPath": {**data, "result": {"data": 1}},
        },
        "nextState": "Another state",
        "status": "SUCCEEDED",
    }
    assert tested(state, data, level="INFO") == {
        "output": 1,
        "nextState": "Another state",
        "status": "SUCCEEDED",
    }


def test_a_task_is_carried_out_unless_it_is_mocked(tested, served):
    before = len(served.invoker.requests)
    state = {"Type": "Task", "Resource": FUNCTION, "End": True}
    assert tested(state, {"a": 1}, roleArn=ROLE)["output"] == {"a": 1}
    assert len(served.invoker.requests) == before + 1
    failed = tested(state, {"fail": "Own.Error"}, roleArn=ROLE)
    assert (failed["status"], failed["error"]) == ("FAILED", "Own.Error")
    assert tested(state, {"a": 1}, result={"b": 2})["output"] == {"b": 2}
    assert len(served.invoker.requests) == before + 2


def test_a_mocked_result_goes_through_all_that_follows(tested):
    found = tested(TASK, {"p": {"k": 1}}, result={"Payload": "x", "StatusCode": 200})
    assert (found["output"], found["status"]) == ({"got": "x"}, "SUCCEEDED")
    steps = found["inspectionData"]
    assert steps["afterParameters"] == {"FunctionName": "f", "Payload": {"k": 1}}
    assert steps["result"] == {"Payload": "x", "StatusCode": 200}
    assert steps["afterResultSelector"] == {"got": "x"}
    assert steps["afterResultPath"] == {"p": {"k": 1}, "result": {"got": "x"}}


@pytest.mark.parametrize(("retried", "backoff_s"), [(None, 2), (0, 2), (1, 6)])
def test_an_error_that_is_retried_says_when(tested, retried, backoff_s):
    given = {} if retried is None else {"stateConfiguration": {"retrierRetryCount": retried}}
    found = tested(HANDLED, {"p": 1}, mock=FAILURE, **given)
    assert (found["status"], found["error"], found["cause"]) == ("RETRIABLE", "E", "C")
    assert found["inspectionData"]["errorDetails"] == {
        "retryIndex": 1,
        "retryBackoffIntervalSeconds": backoff_s,
    }
    assert not {"output", "nextState"} & set(found)


def test_an_error_that_is_caught_says_where_it_leads(tested):
    configuration = {"retrierRetryCount": 2}
    found = tested(HANDLED, {"p": 1}, mock=FAILURE, stateConfiguration=configuration)
    assert (found["status"], found["nextState"], found["error"]) == ("CAUGHT_ERROR", "H", "E")
    assert found["output"] == {"p": 1, "error": {"Error": "E", "Cause": "C"}}
    assert found["inspectionData"]["errorDetails"] == {"catchIndex": 1, "retryIndex": 1}


def test_a_jsonata_state_shows_its_arguments_and_its_variables(tested):
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": LAMBDA,
        "Arguments": {"FunctionName": "f", "Payload": "{% $states.input.p + $q %}"},
        "Output": "{% $states.result.Payload %}",
        "Assign": {"n": "{% $states.result.StatusCode %}"},
        "Next": "N",
    }
    found = tested(state, {"p": 3}, result={"Payload": "x", "StatusCode": 200}, variables={"q": 1})
    assert found["output"] == "x"
    steps = found["inspectionData"]
    assert steps["afterArguments"] == {"FunctionName": "f", "Payload": 4}
    assert steps["variables"] == {"q": 1, "n": 200}
    assert not any(name.endswith(("Path", "Selector", "Parameters")) for name in steps)


def test_a_fault_of_the_state_fails_with_aws_s_cause(tested):
    found = tested({"Type": "Pass", "InputPath": "$.none", "End": True})
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert found["cause"].startswith(
        "An error occurred while executing the state 'StateName' (entered at the event id #2)."
    )
    assert found["inspectionData"] == {"input": {}}


def test_a_choice_says_where_it_leads(tested):
    state = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.a", "NumericGreaterThan": 2, "Next": "X"}],
        "Default": "D",
    }
    assert tested(state, {"a": 3})["nextState"] == "X"
    assert tested(state, {"a": 1})["nextState"] == "D"


def test_a_state_is_found_by_its_name_wherever_it_stands(tested):
    inner = {"In": {"Type": "Pass", "Parameters": {"me.$": "$$.State.Name"}, "End": True}}
    processor = {"StartAt": "In", "States": inner}
    states = {"M": {"Type": "Map", "ItemProcessor": processor, "End": True}}
    machine = {"StartAt": "M", "States": states}
    assert tested(machine, stateName="In")["output"] == {"me": "In"}
    missing = ("ValidationException", "State not found in definition")
    assert refusal(tested, machine, stateName="Out") == missing


def test_the_context_object_can_be_given_with_a_mock(tested):
    state = {**TASK, "Parameters": {"FunctionName": "f", "Payload.$": "$$.Execution.Id"}}
    given = {"result": {"Payload": "x"}, "context": {"Execution": {"Id": "me"}}}
    steps = tested(state, **given)["inspectionData"]
    assert steps["afterParameters"]["Payload"] == "me"
    given["context"] = {"Nothing": {}}
    assert refusal(tested, state, **given) == (
        "ValidationException",
        "Invalid Context object provided: Field 'Nothing' is not allowed",
    )


def test_a_parallel_state_takes_a_mock_of_its_branches(tested):
    state = {"Type": "Parallel", "Branches": [INNER], "ResultPath": "$.r", "Next": "N"}
    assert tested(state, {"a": 1}, result=[1])["output"] == {"a": 1, "r": [1]}
    wrong = ("ValidationException", "Mocked result must be an array.")
    assert refusal(tested, state, result={"a": 1}) == wrong


def test_a_map_state_shows_what_becomes_of_its_items(tested):
    steps = tested(MAP, {"items": [1, 2]}, result=[3, 4])["inspectionData"]
    assert steps["afterItemsPath"] == [1, 2]
    assert steps["afterItemSelector"] == [{"v": 1}, {"v": 2}]
    assert steps["maxConcurrency"] == 2
    steps = tested(DISTRIBUTED, {"items": [1, 2, 3]}, result=[])["inspectionData"]
    assert steps["afterItemBatcher"] == [{"Items": [{"v": 1}, {"v": 2}]}, {"Items": [{"v": 3}]}]
    assert steps["toleratedFailureCount"] == 1


def test_a_distributed_map_reads_its_items_from_what_is_given(tested):
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Parameters": {"Bucket": "b", "Key": "k"},
    }
    state = {name: value for name, value in DISTRIBUTED.items() if name != "ItemsPath"}
    state["ItemReader"] = reader
    found = tested(
        state, result=[], stateConfiguration={"mapItemReaderData": "id,name\n1,a\n2,b\n"}
    )
    assert found["inspectionData"]["afterItemSelector"] == [
        {"v": {"id": "1", "name": "a"}},
        {"v": {"id": "2", "name": "b"}},
    ]


@pytest.mark.parametrize(("failed", "status"), [(0, "SUCCEEDED"), (1, "SUCCEEDED"), (2, "FAILED")])
def test_a_distributed_map_bears_as_many_failures_as_it_says(tested, failed, status):
    configuration = {"mapIterationFailureCount": failed}
    found = tested(DISTRIBUTED, {"items": [1, 2, 3]}, result=[], stateConfiguration=configuration)
    assert found["status"] == status
    if status == "FAILED":
        assert found["error"] == "States.ExceedToleratedFailureThreshold"


MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
SDK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
    "Parameters": {"Bucket": "b", "Key": "k"},
    "End": True,
}
SYNC = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution.sync:2",
    "Parameters": {"StateMachineArn": MACHINE},
    "End": True,
}


@pytest.mark.parametrize(
    ("state", "result", "mode", "problem"),
    [
        (TASK, {"Payload": 5}, "STRICT", "Field 'Payload' must be a string"),
        (TASK, {"StatusCode": "x"}, "PRESENT", "Field 'StatusCode' must be a number"),
        (TASK, {"Payload": 5}, "NONE", None),
        (SDK, {"ContentLength": "x"}, "STRICT", "Field 'ContentLength' must be a number"),
        (SDK, {"Body": "x", "Metadata": {"a": 1}}, "STRICT", "Field 'Metadata.a' must be a string"),
        (SDK, {"Body": "x", "ETag": "e"}, "STRICT", None),
        (SYNC, {"Output": "{}"}, "STRICT", "Required field 'ExecutionArn' is missing"),
        (SYNC, {"Output": "{}"}, "PRESENT", None),
        (SYNC, {"Output": 5}, "PRESENT", "Field 'Output' must be a string"),
    ],
)
def test_a_mocked_result_has_to_look_like_the_api_s_answer(tested, state, result, mode, problem):
    mock = {"result": json.dumps(result), "fieldValidationMode": mode}
    if problem is None:
        assert tested(state, {"p": 1}, mock=mock)["status"] == "SUCCEEDED"
    else:
        message = f"Mock result schema validation error: {problem}"
        assert refusal(tested, state, {"p": 1}, mock=mock) == ("ValidationException", message)


TOKEN = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"},
    "End": True,
}


@pytest.mark.parametrize(
    ("state", "given", "code", "words"),
    [
        (TASK, {}, "ValidationException", "RoleArn must be specified when testing a Task state"),
        (TASK, {"roleArn": "role"}, "InvalidArn", "role"),
        (MAP, {}, "InvalidDefinition", "does not support Map or Parallel states"),
        (TOKEN, {"roleArn": ROLE}, "ValidationException", "only when a mock is specified"),
        (SYNC, {"roleArn": ROLE}, "ValidationException", "only when a mock is specified"),
        ({"Type": "Fail"}, {"result": {}}, "ValidationException", "State type 'Fail' is not"),
        (TASK, {"mock": {}}, "ValidationException", "only one of the following fields"),
        (TASK, {"mock": {"result": "{"}}, "ValidationException", "must be valid JSON"),
        (TASK, {"roleArn": ROLE, "context": {}}, "ValidationException", "when a mock is specified"),
        ({"Type": "Pass"}, {}, "InvalidDefinition", "[Next] or [End]"),
        ({"Type": "Succeed"}, {"variables": []}, "ValidationException", "JSON object"),
    ],
)
def test_what_cannot_be_tested_is_refused(tested, state, given, code, words):
    found = refusal(tested, state, **given)
    assert found[0] == code
    assert words in found[1]


def test_a_mock_stands_for_a_task_that_waits_for_its_token(tested):
    found = tested(TOKEN, result={"any": 1})
    assert found["output"] == {"any": 1}
    assert len(found["inspectionData"]["afterParameters"]["MessageBody"]) > 8
