"""A template with what is not supported is refused, every finding named with its line."""

from pathlib import Path

import pytest

from sim.errors import TemplateError
from sim.provision.stack import _CREATORS
from sim.provision.support import check_support
from sim.template import load_template

TEMPLATE = """\
Resources:
  Stream:
    Type: AWS::Kinesis::Stream
  Old:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs20.x
      Layers: [arn:aws:lambda:us-east-1:1:layer:x:1]
      Events:
        Nightly:
          Type: Schedule
          Properties: {Schedule: rate(1 day)}
  Boxed:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageUri: x
  Fine:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Policies: [AWSLambdaBasicExecutionRole]
      VpcConfig: {SubnetIds: []}
"""


def test_every_finding_is_named_with_its_line(tmp_path: Path):
    path = tmp_path / "app.yaml"
    path.write_text(TEMPLATE)
    with pytest.raises(TemplateError) as caught:
        check_support(load_template(path), _CREATORS)
    lines = caught.value.problem.splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "app.yaml:2:",
        "app.yaml:4:",
        "app.yaml:4:",
        "app.yaml:4:",
        "app.yaml:13:",
    ]
    for text, line in zip(
        ("AWS::Kinesis::Stream", "nodejs20.x", "Layers", "Nightly", "Image"), lines, strict=True
    ):
        assert text in line


@pytest.mark.parametrize("name", ["orders", "thumbnails"])
def test_supported_templates_have_no_finding(name: str):
    path = Path(__file__).parents[2] / "templates" / name / "template.yaml"
    check_support(load_template(path), _CREATORS)


def test_the_pipelines_own_template_has_no_finding(repository: Path):
    check_support(load_template(repository / "pipeline/template.yaml"), _CREATORS)
