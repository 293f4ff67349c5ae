import pytest

from sim.errors import TemplateError
from sim.template import load_template


def written(tmp_path, text):
    path = tmp_path / "template.yaml"
    path.write_text(text)
    return path


def test_globals_are_merged_into_each_function(tmp_path):
    template = load_template(
        written(
            tmp_path,
            """
AWSTemplateFormatVersion: 2010-09-09
Globals:
  Function:
    Timeout: 5
    Environment: {Variables: {A: all, B: all}}
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties:
      Handler: one.handler
      Environment: {Variables: {B: own}}
  Queue:
    Type: AWS::SQS::Queue
""",
        )
    )
    one = template.resources["One"]
    assert one.properties["Timeout"] == 5
    assert one.properties["Environment"]["Variables"] == {"A": "all", "B": "own"}
    assert template.resources["Queue"].properties == {}


def test_short_forms_read_as_long_forms_and_lines_are_kept(tmp_path):
    template = load_template(
        written(
            tmp_path,
            "Resources:\n"
            "  Queue:\n"
            "    Type: AWS::SQS::Queue\n"
            "    Properties:\n"
            "      QueueName: !Sub '${AWS::StackName}-q'\n"
            "      A: !GetAtt Other.Arn.x\n"
            "      B: !If [C, !Ref D, !Ref AWS::NoValue]\n",
        )
    )
    queue = template.resources["Queue"]
    assert queue.line == 2
    assert queue.properties == {
        "QueueName": {"Fn::Sub": "${AWS::StackName}-q"},
        "A": {"Fn::GetAtt": ["Other", "Arn.x"]},
        "B": {"Fn::If": ["C", {"Ref": "D"}, {"Ref": "AWS::NoValue"}]},
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Resources: [", "is not YAML"),
        ("{}", "has no `Resources`"),
        ("Resources:\n  X: {Properties: {}}", "the resource X has no `Type`"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_with_the_reason(tmp_path, text, problem):
    with pytest.raises(TemplateError, match=problem):
        load_template(written(tmp_path, text))


def test_a_missing_template_is_named(tmp_path):
    with pytest.raises(TemplateError, match=r"nowhere\.yaml cannot be read"):
        load_template(tmp_path / "nowhere.yaml")
