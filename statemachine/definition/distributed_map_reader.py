"""Reads what only a distributed Map state has: ItemReader, ItemBatcher, ResultWriter.

Source: Step Functions Developer Guide, the pages of these fields.
"""

from collections.abc import Mapping
from typing import Any, Final

from statemachine.definition.distributed_map import Action, ItemBatcher, ItemReader, ResultWriter
from statemachine.definition.fields import Fields
from statemachine.scope import ABSENT

_ACTIONS: Final[Mapping[str, Action]] = {
    "arn:aws:states:::s3:getObject": "getObject",
    "arn:aws:states:::s3:listObjectsV2": "listObjectsV2",
}
_PUT_OBJECT: Final = "arn:aws:states:::s3:putObject"
_INPUT_TYPES: Final = ("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")
_DELIMITERS: Final = ("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")
MAX_ITEMS: Final = 100_000_000
"""Source: the guide, "ItemReader", MaxItems."""
MAX_BATCH_BYTES: Final = 262_144
"""Source: the guide, "ItemBatcher", MaxInputBytesPerBatch."""


def read_item_reader(fields: Fields) -> ItemReader:
    """Read ItemReader; faults are reported."""
    resource = fields.text("Resource", required=True)
    action = _ACTIONS.get(resource or "")
    if resource is not None and action is None:
        fields.report(f"Value must be one of: [{', '.join(_ACTIONS)}]", "Resource")
    configuration = fields.object("ReaderConfig")
    input_type = _one_of(configuration, "InputType", _INPUT_TYPES, "")
    manifest_type = _one_of(configuration, "ManifestType", ("ATHENA_DATA", "S3_INVENTORY"), "")
    transformation = _one_of(configuration, "Transformation", ("NONE", "LOAD_AND_FLATTEN"), "NONE")
    if (action == "getObject" or transformation == "LOAD_AND_FLATTEN") and not input_type:
        configuration.required("InputType")
    if input_type == "MANIFEST":
        manifest_type = manifest_type or "S3_INVENTORY"
        if manifest_type == "ATHENA_DATA":
            # The type of the files that the manifest names.
            configuration.report("Value must be one of: [CSV, JSONL, PARQUET]", "InputType")
    reader = ItemReader(
        action=action or "getObject",
        arguments=_arguments(fields),
        input_type=input_type,
        manifest_type=manifest_type,
        csv_headers=_headers(configuration, needed=input_type == "CSV" and not manifest_type),
        csv_delimiter=_one_of(configuration, "CSVDelimiter", _DELIMITERS, "COMMA"),
        items_pointer=_pointer(configuration),
        flatten=transformation == "LOAD_AND_FLATTEN",
        max_items=configuration.quantity("MaxItems", most=MAX_ITEMS),
    )
    configuration.unread()
    fields.unread()
    return reader


def read_batcher(fields: Fields) -> ItemBatcher:
    """Read ItemBatcher; faults are reported."""
    names = ("MaxItemsPerBatch", "MaxInputBytesPerBatch")
    given = [name for name in names if fields.has(name) or fields.has(f"{name}Path")]
    if not given:
        fields.report(f"At least one of these fields is required: [{', '.join(names)}]")
    batcher = ItemBatcher(
        max_items=fields.quantity("MaxItemsPerBatch", least=1),
        max_bytes=fields.quantity("MaxInputBytesPerBatch", least=1, most=MAX_BATCH_BYTES),
        batch_input=fields.template("BatchInput", ABSENT),
    )
    fields.unread()
    return batcher


def read_result_writer(fields: Fields) -> ResultWriter:
    """Read ResultWriter; faults are reported."""
    resource = fields.text("Resource")
    if resource not in {None, _PUT_OBJECT}:
        fields.report(f"Value must be one of: [{_PUT_OBJECT}]", "Resource")
    arguments = _arguments(fields)
    configuration = fields.object("WriterConfig")
    if resource is None and not fields.has("WriterConfig"):
        fields.required("Resource", "WriterConfig")
    if (resource is None) != (arguments is ABSENT):
        fields.required("Resource", "Arguments" if fields.is_jsonata else "Parameters")
    # What is stored has the metadata of its execution unless a state says otherwise.
    default = "NONE" if resource is not None else "COMPACT"
    writer = ResultWriter(
        arguments=arguments,
        transformation=_one_of(
            configuration, "Transformation", ("NONE", "COMPACT", "FLATTEN"), default
        ),
        output_type=_one_of(configuration, "OutputType", ("JSON", "JSONL"), "JSON"),
    )
    configuration.unread()
    fields.unread()
    return writer


def _arguments(fields: Fields) -> Any:
    return fields.template("Arguments" if fields.is_jsonata else "Parameters", ABSENT)


def _one_of(fields: Fields, name: str, values: tuple[str, ...], default: str) -> str:
    found = fields.text(name, default) or default
    if found not in {*values, default}:
        fields.report(f"Value must be one of: [{', '.join(values)}]", name)
        return default
    return found


def _headers(fields: Fields, *, needed: bool) -> tuple[str, ...] | None:
    """Read the names of a delimited file's columns; None where its first row has them."""
    location = _one_of(fields, "CSVHeaderLocation", ("FIRST_ROW", "GIVEN"), "")
    if needed and not location:
        fields.required("CSVHeaderLocation")
    if location != "GIVEN" and not fields.has("CSVHeaders"):
        return None
    return fields.names("CSVHeaders")


def _pointer(fields: Fields) -> str:
    pointer = fields.text("ItemsPointer", "") or ""
    if pointer and not pointer.startswith("/"):
        fields.report("Value must be a valid JSON Pointer.", "ItemsPointer")
        return ""
    return pointer
