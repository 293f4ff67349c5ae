"""Faults in the fields of Map states."""

import json
from typing import Any

import pytest

from statemachine import InvalidDefinition, parse

GET = "arn:aws:states:::s3:getObject"
PUT = "arn:aws:states:::s3:putObject"
PARAMETERS = {"Bucket": "b", "Key": "k"}


def found(language: str = "JSONPath", **fields: Any) -> list[str]:
    """Return what is wrong with a distributed Map of these fields, each with its place."""
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": True}},
    }
    state = {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}
    definition = {"QueryLanguage": language, "StartAt": "M", "States": {"M": state}}
    try:
        parse(json.dumps(definition))
    except InvalidDefinition as refused:
        return [
            f"{each.location.removeprefix('/States/M')}: {each.message}"
            for each in refused.diagnostics
        ]
    return []


def reader(**configuration: Any) -> dict[str, Any]:
    return {"Resource": GET, "Parameters": PARAMETERS, "ReaderConfig": configuration}


@pytest.mark.parametrize(
    "fields",
    [
        {"ItemReader": reader(InputType="JSON", ItemsPointer="/a")},
        {"ItemReader": reader(InputType="CSV", CSVHeaderLocation="FIRST_ROW", CSVDelimiter="TAB")},
        {"ItemReader": reader(InputType="JSONL", ManifestType="ATHENA_DATA")},
        {"ItemReader": reader(InputType="JSON", MaxItemsPath="$.n")},
        {"ItemReader": {"Resource": GET.replace("getObject", "listObjectsV2")}},
        {"ItemBatcher": {"MaxInputBytesPerBatchPath": "$.n", "BatchInput": {"a.$": "$.a"}}},
        {"ResultWriter": {"Resource": PUT, "Parameters": PARAMETERS}},
        {"ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN"}}},
        {"ToleratedFailurePercentage": 12.5, "ToleratedFailureCountPath": "$.n"},
        {"MaxConcurrencyPath": "$.n", "Label": "A-label_1", "ItemSelector": {"v.$": "$$.Map"}},
    ],
)
def test_fields_that_the_guide_shows_are_accepted(fields: dict[str, Any]) -> None:
    assert found(**fields) == []


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"ItemReader": {"Parameters": PARAMETERS}}, "/ItemReader"),
        ({"ItemReader": {"Resource": PUT}}, "/ItemReader/Resource"),
        ({"ItemReader": reader()}, "/ItemReader/ReaderConfig"),
        ({"ItemReader": reader(InputType="XML")}, "/ItemReader/ReaderConfig/InputType"),
        ({"ItemReader": reader(InputType="CSV")}, "/ItemReader/ReaderConfig"),
        (
            {"ItemReader": reader(InputType="CSV", CSVHeaderLocation="GIVEN")},
            "/ItemReader/ReaderConfig",
        ),
        (
            {"ItemReader": reader(InputType="MANIFEST", ManifestType="ATHENA_DATA")},
            "/ItemReader/ReaderConfig/InputType",
        ),
        ({"ItemReader": reader(InputType="JSON", MaxItems=10**9)}, "MaxItems"),
        ({"ItemReader": reader(InputType="JSON", ItemsPointer="a")}, "ItemsPointer"),
        ({"ItemReader": reader(InputType="JSON", Colour=1)}, "/ItemReader/ReaderConfig"),
        ({"ItemBatcher": {}}, "/ItemBatcher"),
        ({"ItemBatcher": {"MaxItemsPerBatch": 0}}, "MaxItemsPerBatch"),
        ({"ItemBatcher": {"MaxItemsPerBatch": 1, "MaxItemsPerBatchPath": "$.n"}}, "/ItemBatcher"),
        ({"ItemBatcher": {"MaxInputBytesPerBatch": 262_145}}, "MaxInputBytesPerBatch"),
        ({"ResultWriter": {}}, "/ResultWriter"),
        ({"ResultWriter": {"Resource": GET, "Parameters": {}}}, "/ResultWriter/Resource"),
        ({"ResultWriter": {"Resource": PUT}}, "/ResultWriter"),
        ({"ResultWriter": {"WriterConfig": {"OutputType": "CSV"}}}, "OutputType"),
        ({"Label": "x" * 41}, "/Label"),
        ({"Label": "a b"}, "/Label"),
        ({"ToleratedFailurePercentage": 101}, "/ToleratedFailurePercentage"),
        ({"MaxConcurrency": -1}, "/MaxConcurrency"),
        ({"ItemSelector": {}, "Parameters": {}}, ": Only one of"),
        ({"Items": [1]}, "'Items'"),
    ],
)
def test_each_fault_is_told_with_its_place(fields: dict[str, Any], place: str) -> None:
    (fault,) = found(**fields)
    assert place in fault


@pytest.mark.parametrize(
    "fields",
    [
        {"ItemsPath": "$"},
        {"Parameters": {}},
        {"MaxConcurrencyPath": "$.n"},
        {"ItemReader": reader(InputType="JSON")},
        {"Items": "text"},
        {"Items": "{% $ %"},
        {"Items": "{% ( %}"},
    ],
)
def test_a_jsonata_map_has_no_paths(fields: dict[str, Any]) -> None:
    assert len(found("JSONata", **fields)) == 1
