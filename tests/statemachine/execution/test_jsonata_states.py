"""States in JSONata: what goes in, what comes out, and what is said of an expression that fails."""

from typing import Any

import pytest

from statemachine import TaskFailed

RESOURCE = "arn:aws:states:::sns:publish"
EVALUATION = "States.QueryEvaluationError"


def jsonata(definition: dict[str, Any]) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", **definition}


def failing(_request: Any, _clock: Any) -> Any:
    raise TaskFailed("Boom", "played")


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"answer": {"a": 1}}),
        ({"Output": "{% $states.result.answer %}"}, {"a": 1}),
        ({"Output": {"x": ["{% $states.input.n %}", "n"]}}, {"x": [7, "n"]}),
        ({"Output": None}, None),
    ],
)
def test_a_task_s_output_is_its_result_unless_said_otherwise(execute, one_state, fields, output):
    definition = one_state(
        "Task", Resource=RESOURCE, Arguments={"a": "{% $states.input.n - 6 %}"}, **fields
    )
    ran = execute(jsonata(definition), {"n": 7}, lambda request, _: {"answer": request.parameters})
    assert ran.result.output == output


@pytest.mark.parametrize("kind", ["Pass", "Wait", "Choice", "Succeed"])
def test_states_without_a_result_pass_their_input_on(execute, one_state, kind):
    fields: dict[str, Any] = {}
    states = {"N": {"Type": "Succeed"}}
    if kind == "Wait":
        fields = {"Seconds": "{% $states.input.n %}"}
    if kind == "Choice":
        fields = {"Choices": [{"Condition": False, "Next": "N"}], "Default": "N"}
    definition = one_state(kind, **fields)
    definition["States"] |= states if kind == "Choice" else {}
    ran = execute(jsonata(definition), {"n": 3})
    assert ran.result.output == {"n": 3}
    assert ran.lasted_s == (3 if kind == "Wait" else 0)
    definition["States"]["S"]["Output"] = "{% $states.input.n %}"
    assert execute(jsonata(definition), {"n": 3}).result.output == 3


def test_a_state_in_jsonata_stands_among_states_in_jsonpath(execute):
    definition = {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Assign": {"x": "{% $states.input.n * 2 %}"},
                "Next": "B",
            },
            "B": {"Type": "Pass", "Parameters": {"n.$": "$.n", "x.$": "$x"}, "End": True},
        },
    }
    assert execute(definition, {"n": 4}).result.output == {"n": 4, "x": 8}


def choice(rule: dict[str, Any]) -> dict[str, Any]:
    return jsonata(
        {
            "StartAt": "C",
            "States": {
                "C": {
                    "Type": "Choice",
                    "Choices": [{"Next": "S", **rule}],
                    "Default": "D",
                    "Output": {"of": "the state"},
                    "Assign": {"x": "of the state"},
                },
                "S": {"Type": "Pass", "Output": ["S", "{% $states.input %}"], "End": True},
                "D": {
                    "Type": "Pass",
                    "Output": ["D", "{% $states.input %}", "{% $x %}"],
                    "End": True,
                },
            },
        }
    )


def test_a_rule_that_holds_decides_on_output_and_variables_alone(execute):
    held = {"Condition": "{% $states.input.n > 1 %}"}
    assert execute(choice(held), {"n": 2}).result.output == ["S", {"n": 2}]
    ran = execute(choice({**held, "Output": {"of": "the rule"}, "Assign": {"y": 1}}), {"n": 2})
    assert ran.result.output == ["S", {"of": "the rule"}]
    assert ran.events[2]["stateExitedEventDetails"]["assignedVariables"] == {"y": "1"}
    ran = execute(choice(held), {"n": 1})
    assert ran.result.output == ["D", {"of": "the state"}, "of the state"]


def test_a_catcher_sees_the_error_and_has_it_for_an_output(execute, one_state):
    catch = {"ErrorEquals": ["Boom"], "Next": "N"}
    definition = jsonata(one_state("Task", Resource=RESOURCE, Catch=[catch]))
    definition["States"]["N"] = {"Type": "Pass", "Output": "{% [$states.input, $e] %}", "End": True}
    catch["Assign"] = {"e": "{% $states.errorOutput.Error %}"}
    error = {"Error": "Boom", "Cause": "played"}
    assert execute(definition, answer=failing).result.output == [error, "Boom"]
    catch["Output"] = "{% $states.errorOutput.Cause & $states.input.n %}"
    assert execute(definition, {"n": 1}, failing).result.output == ["played1", "Boom"]


@pytest.mark.parametrize(
    ("kind", "fields", "location", "said"),
    [
        ("Pass", {"Output": {"v": ["{% $x %}"]}}, "Output/v[0]", "'$x' specified for the field"),
        ("Pass", {"Assign": {"v": "{% $x %}"}}, "Assign/v", "returned nothing (undefined)."),
        ("Wait", {"Seconds": "{% 'a' %}"}, "Seconds", "Expected 'number', but was 'string'"),
        ("Wait", {"Timestamp": "{% 1 %}"}, "Timestamp", "Expected 'string', but was 'number'"),
        ("Fail", {"Error": "{% [1] %}"}, "Error", "but was 'array' for value: [1]"),
        ("Fail", {"Cause": "{% {} %}"}, "Cause", "but was 'object' for value: {}"),
        (
            "Task",
            {"Resource": RESOURCE, "TimeoutSeconds": "{% true %}"},
            "TimeoutSeconds",
            "Expected 'number', but was 'boolean' for value: true",
        ),
        (
            "Choice",
            {"Choices": [{"Condition": "{% null %}", "Next": "S"}], "Default": "S"},
            "Choices[0]/Condition",
            "Expected 'boolean', but was 'null' for value: null",
        ),
    ],
)
def test_an_expression_that_fails_is_an_event_of_its_own(
    execute, one_state, kind, fields, location, said
):
    definition = jsonata(one_state(kind, **fields))
    if kind == "Choice":
        rule = definition["States"]["S"]["Choices"][0]
        definition["States"]["S"]["Default"] = rule["Next"] = "N"
        definition["States"]["N"] = {"Type": "Succeed"}
    ran = execute(definition)
    *_, evaluation, last = ran.events
    details = evaluation["evaluationFailedEventDetails"]
    assert (evaluation["type"], last["type"]) == ("EvaluationFailed", "ExecutionFailed")
    assert last["previousEventId"] == evaluation["id"]
    assert last["executionFailedEventDetails"] == {
        "error": EVALUATION,
        "cause": details.pop("cause"),
    }
    assert details == {"error": EVALUATION, "location": location, "state": "S"}
    cause = ran.result.cause or ""
    assert cause.startswith(
        "An error occurred while executing the state 'S' (entered at the event id #2). "
        "The JSONata expression '"
    )
    assert f"specified for the field '{location}'" in cause
    assert said in cause


def test_an_expression_that_fails_is_retried_and_caught(execute, one_state):
    definition = jsonata(
        one_state(
            "Task",
            Resource=RESOURCE,
            Arguments="{% $states.input.none %}",
            Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
            Catch=[{"ErrorEquals": [EVALUATION], "Next": "N"}],
        )
    )
    definition["States"]["N"] = {"Type": "Succeed"}
    ran = execute(definition)
    assert ran.result.output["Error"] == EVALUATION
    assert ran.types.count("EvaluationFailed") == 3
    assert ran.lasted_s == 3
    assert ran.requests == []


@pytest.mark.parametrize(
    ("kind", "fields", "location"),
    [
        ("Wait", {"Seconds": "{% $states.result %}"}, "Seconds"),
        ("Wait", {"Seconds": 1, "Output": "{% $states.result %}"}, "Output"),
        ("Task", {"Resource": RESOURCE, "Arguments": {"a": "{% $states.result %}"}}, "Arguments/a"),
        ("Task", {"Resource": RESOURCE, "Output": "{% $states.errorOutput %}"}, "Output"),
    ],
)
def test_what_states_does_not_have_there_is_refused(one_state, kind, fields, location):
    from statemachine import InvalidDefinition, parse

    with pytest.raises(InvalidDefinition) as refused:
        parse(jsonata(one_state(kind, **fields)))
    (found,) = refused.value.diagnostics
    assert found.code == "UNSUPPORTED_JSONATA_EXPRESSION"
    assert found.location == f"/States/S/{location}"
