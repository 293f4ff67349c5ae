"""What a child execution's output becomes in a distributed map's output and its result files.

Source: Step Functions Developer Guide, "ResultWriter (Map)", Transformation.
"""

import json
from typing import Any

from statemachine.execution.distributed_map.child_record import child_record
from statemachine.map_run import ChildExecution


def transformed(child: ChildExecution, transformation: str) -> list[Any]:
    """Return the entries that a child execution adds.

    One that did not succeed is always given with its metadata, as `NONE` gives all.
    """
    if child.status != "SUCCEEDED" or transformation == "NONE":
        return [child_record(child)]
    output = json.loads(child.output or "null")
    if transformation == "FLATTEN" and isinstance(output, list):
        return output
    return [output]
