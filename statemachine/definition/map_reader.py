"""Reads Map states.

Source: Step Functions Developer Guide, "Using Map state in Inline mode" and "Using Map state in
Distributed mode".
"""

import re
import uuid
from collections.abc import Callable
from typing import Any, Final

from statemachine.definition.distributed_map import DistributedMode
from statemachine.definition.distributed_map_reader import (
    read_batcher,
    read_item_reader,
    read_result_writer,
)
from statemachine.definition.error_handler_reader import read_catchers, read_retriers
from statemachine.definition.fields import Fields
from statemachine.definition.flow_reader import read_flow, read_next
from statemachine.definition.states import Map, StatesMap
from statemachine.jsonata import is_expression
from statemachine.scope import ABSENT

ReadStates = Callable[[Fields], StatesMap]

_LABEL: Final = re.compile(r"[^\s?*<>{}\[\]:;,\\|^~$#%&`\"\x00-\x1f\x7f-\x9f]{1,40}")
"""Source: the guide, "Distributed Map state fields", Label: at most 40 characters, without those
that a state machine's name may not have."""

_NAMESPACE: Final = uuid.UUID("6f2b3b0e-5f0c-5c47-9d2e-0a4a2c9f7a11")
"""For labels that follow from where a state stands: a definition always has the same ones."""

_OF_DISTRIBUTED: Final = ("ItemBatcher", "ItemReader", "ResultWriter")


def read_map(fields: Fields, read_states: ReadStates) -> Map:
    """Read a Map state; faults are reported.

    Parameters
    ----------
    read_states
        Reads the states of its processor.
    """
    fields.one_of("ItemProcessor", "Iterator")
    name = "Iterator" if fields.has("Iterator") else "ItemProcessor"
    fields.required(name)
    processor = fields.object(name)
    processor.text("Comment")
    distributed = _mode(fields, processor)
    state = Map(
        flow=read_flow(fields, selector=True, result_path=True),
        next=read_next(fields),
        processor=read_states(processor),
        items=_items(fields),
        item_selector=_selector(fields),
        max_concurrency=fields.quantity("MaxConcurrency"),
        distributed=distributed,
        retriers=read_retriers(fields),
        catchers=read_catchers(fields),
    )
    processor.unread()
    return state


def _items(fields: Fields) -> Any:
    """Read where the items are: a path, or a template of a JSONata state."""
    if not fields.is_jsonata:
        return fields.path("ItemsPath", "$")
    if is_expression(fields.raw("Items")):
        return fields.jsonata("Items")
    items = fields.template("Items", ABSENT)
    if items is not ABSENT and not isinstance(items, list | dict):
        fields.report("Value must be an array, an object or a JSONata expression.", "Items")
    return items


def _selector(fields: Fields) -> Any:
    if fields.is_jsonata:
        return fields.template("ItemSelector", ABSENT)
    fields.one_of("ItemSelector", "Parameters")
    older = fields.template("Parameters", ABSENT)
    return fields.template("ItemSelector", older)


def _mode(fields: Fields, processor: Fields) -> DistributedMode | None:
    """Read the mode and the fields that only one mode has; None for the inline mode."""
    configuration = processor.object("ProcessorConfig")
    mode = configuration.text("Mode", "INLINE")
    if mode not in {"INLINE", "DISTRIBUTED"}:
        configuration.report("Value must be one of: [INLINE, DISTRIBUTED]", "Mode")
    execution_type = configuration.text("ExecutionType")
    configuration.unread()
    tolerated = fields.quantity("ToleratedFailureCount"), _percentage(fields)
    label = fields.text("Label")
    if mode != "DISTRIBUTED":
        if execution_type is not None:
            configuration.report("Field 'ExecutionType' is not supported in mode INLINE")
        for name in _OF_DISTRIBUTED:
            if fields.has(name):
                fields.raw(name)
                fields.report(f"Field '{name}' is not supported in mode INLINE")
        return None
    if execution_type not in {"STANDARD", "EXPRESS"}:
        configuration.required("ExecutionType")
        if execution_type is not None:
            configuration.report("Value must be one of: [STANDARD, EXPRESS]", "ExecutionType")
    if label is not None and not _LABEL.fullmatch(label):
        fields.report("Value must be a valid label of at most 40 characters.", "Label")
    return DistributedMode(
        express=execution_type == "EXPRESS",
        label=label or str(uuid.uuid5(_NAMESPACE, fields.location)),
        reader=read_item_reader(fields.object("ItemReader")) if fields.has("ItemReader") else None,
        batcher=read_batcher(fields.object("ItemBatcher")) if fields.has("ItemBatcher") else None,
        writer=(
            read_result_writer(fields.object("ResultWriter"))
            if fields.has("ResultWriter")
            else None
        ),
        tolerated_failure_count=tolerated[0],
        tolerated_failure_percentage=tolerated[1],
    )


def _percentage(fields: Fields) -> Any:
    """Read ToleratedFailurePercentage, which need not be a whole number."""
    name = "ToleratedFailurePercentage"
    if fields.is_jsonata:
        if is_expression(fields.raw(name)):
            return fields.jsonata(name)
        return fields.number(name, most=100, whole=False)
    fields.one_of(name, f"{name}Path")
    fixed, path = fields.number(name, most=100, whole=False), fields.path(f"{name}Path")
    return path if path is not None else fixed
