"""The parsed fields of a Map state that processes its items in child executions.

What is `Any` and said to be *given* is a number, a path to one, or an expression for one.
"""

from dataclasses import dataclass
from typing import Any, Literal

from statemachine.scope import ABSENT

Action = Literal["getObject", "listObjectsV2"]


@dataclass(frozen=True, slots=True)
class ItemReader:
    """Where items come from. `arguments` is a template of S3's parameters.

    Parameters
    ----------
    input_type
        `JSON`, `JSONL`, `CSV`, `PARQUET`, or empty for objects as they are listed.
    manifest_type
        `ATHENA_DATA`, `S3_INVENTORY`, or empty where the object itself has the items.
    csv_headers
        Names of columns; None where the first row has them.
    items_pointer
        JSON pointer to the array or object whose members are the items.
    flatten
        Whether the items are in the listed objects, and not the objects themselves.
    max_items
        Given; None for all of them.
    """

    action: Action
    arguments: Any
    input_type: str = ""
    manifest_type: str = ""
    csv_headers: tuple[str, ...] | None = None
    csv_delimiter: str = "COMMA"
    items_pointer: str = ""
    flatten: bool = False
    max_items: Any = None


@dataclass(frozen=True, slots=True)
class ItemBatcher:
    """How items are grouped; the bounds are given, `batch_input` is a template."""

    max_items: Any = None
    max_bytes: Any = None
    batch_input: Any = ABSENT


@dataclass(frozen=True, slots=True)
class ResultWriter:
    """Where results go to, and in which form.

    Parameters
    ----------
    arguments
        A template of Bucket and Prefix; absent where results are only transformed.
    transformation
        `NONE`, `COMPACT` or `FLATTEN`.
    output_type
        `JSON` or `JSONL`.
    """

    arguments: Any
    transformation: str
    output_type: str


@dataclass(frozen=True, slots=True)
class DistributedMode:
    """What a Map state of the mode DISTRIBUTED has beside the inline one's fields.

    Parameters
    ----------
    express
        Whether its children are EXPRESS executions.
    label
        What stands for the state in the ARNs of its Map Runs.
    tolerated_failure_count, tolerated_failure_percentage
        Given; None for what the state does not say.
    """

    express: bool
    label: str
    reader: ItemReader | None = None
    batcher: ItemBatcher | None = None
    writer: ResultWriter | None = None
    tolerated_failure_count: Any = None
    tolerated_failure_percentage: Any = None
