"""The 18 intrinsic functions.

Source: Step Functions Developer Guide, "Intrinsics for JSONPath state machines": argument types,
limits and results.
"""

import base64
import binascii
import json
import random
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from statemachine.definition.json_syntax import refuse_constant
from statemachine.errors import RUNTIME, StateFault
from statemachine.hash_algorithms import HASHES, hex_digest
from statemachine.history import json_text
from statemachine.java_random import JavaRandom
from statemachine.jsonpath.interpolation import interpolated
from statemachine.jsonpath.intrinsic_arguments import (
    MAX_CHARACTERS,
    array,
    identity,
    integer,
    integer_32,
    refuse,
    string,
)
from statemachine.jsonpath.intrinsic_syntax import (
    Argument,
    Call,
    Literal,
    PathArgument,
    template_parts,
)
from statemachine.jsonpath.json_path import read
from statemachine.scope import Scope

MAX_ITEMS: Final = 1_000
"""Of States.ArrayRange. Source: as above."""

Arguments = Sequence[Any]


def evaluate(call: Call, scope: Scope, randomness: random.Random) -> Any:
    """Return a call's value.

    Raises
    ------
    StateFault
        `States.IntrinsicFailure`; `States.Runtime` for an argument's path that selects nothing.
    """
    problem = _count_problem(call)
    if problem:
        refuse(problem)
    values = [_value(argument, scope, randomness) for argument in call.arguments]
    if call.name == "States.Format":
        first = call.arguments[0]
        # An escaped brace stands for itself, which only a literal's raw text shows.
        raw = first.text if isinstance(first, Literal) and first.text else values[0]
        return _format(string(raw, call.name), values[1:])
    if call.name == "States.MathRandom":
        return _math_random(values, randomness)
    if call.name == "States.UUID":
        return str(uuid.UUID(int=randomness.getrandbits(128), version=4))
    return _FUNCTIONS[call.name](values)


def check_call(call: Call) -> str | None:
    """Say what is wrong with a call's name or number of arguments, or nothing."""
    if call.name not in FUNCTION_NAMES:
        return f"{call.name} is no intrinsic function"
    problems = (check_call(argument) for argument in call.arguments if isinstance(argument, Call))
    return _count_problem(call) or next((problem for problem in problems if problem), None)


def _count_problem(call: Call) -> str | None:
    fewest, most = _COUNTS[call.name]
    count = len(call.arguments)
    if fewest <= count and (most is None or count <= most):
        return None
    return f"{call.name} does not take {count} arguments"


def _value(argument: Argument, scope: Scope, randomness: random.Random) -> Any:
    match argument:
        case Literal():
            return argument.value
        case PathArgument():
            return _argument_at(argument.path, scope)
        case Call():
            return evaluate(argument, scope, randomness)


def _argument_at(path: str, scope: Scope) -> Any:
    try:
        return read(path, scope)
    except StateFault as fault:
        root = scope.context if path.startswith("$$") else scope.data
        raise StateFault(
            RUNTIME,
            f"The JsonPath argument for the field '{path}' could not be found in the input "
            f"'{json_text(root)}'",
        ) from fault


def _format(template: str, values: Arguments) -> str:
    parts = template_parts(template)
    if len(parts) - 1 != len(values):
        refuse(f"States.Format has {len(parts) - 1} places {{}} and {len(values)} values")
    texts = [interpolated(value) for value in values]
    return "".join(part + text for part, text in zip(parts, [*texts, ""], strict=True))


def _math_random(values: Arguments, randomness: random.Random) -> int:
    start, end, *seed = (integer_32(value, "States.MathRandom") for value in values)
    if start >= end:
        refuse(f"States.MathRandom takes a start below its end, not {start} and {end}")
    if seed and end - start < 1 << 31:
        return start + JavaRandom(seed[0]).below(end - start)
    return randomness.randrange(start, end)


def _array_partition(values: Arguments) -> list[list[Any]]:
    items = array(values[0], "States.ArrayPartition")
    size = integer(values[1], "States.ArrayPartition")
    if size < 1:
        refuse(f"States.ArrayPartition takes a chunk size above 0, not {size}")
    return [items[place : place + size] for place in range(0, len(items), size)]


def _array_range(values: Arguments) -> list[int]:
    first, last, step = (integer(value, "States.ArrayRange") for value in values)
    if step == 0:
        refuse("States.ArrayRange takes a step other than 0")
    items = range(first, last + (1 if step > 0 else -1), step)
    # Not len(), which overflows where the range is larger than the machine's addresses.
    if items[MAX_ITEMS : MAX_ITEMS + 1]:
        refuse(f"States.ArrayRange makes at most {MAX_ITEMS} items")
    return list(items)


def _array_get_item(values: Arguments) -> Any:
    items = array(values[0], "States.ArrayGetItem")
    place = integer(values[1], "States.ArrayGetItem")
    if not 0 <= place < len(items):
        refuse(f"States.ArrayGetItem: index {place} is not in an array of {len(items)}")
    return items[place]


def _array_unique(values: Arguments) -> list[Any]:
    unique: dict[str, Any] = {}
    for item in array(values[0], "States.ArrayUnique"):
        unique.setdefault(identity(item), item)
    return list(unique.values())


def _array_contains(values: Arguments) -> bool:
    wanted = identity(values[1])
    return any(identity(item) == wanted for item in array(values[0], "States.ArrayContains"))


def _base64_encode(values: Arguments) -> str:
    text = string(values[0], "States.Base64Encode", most=MAX_CHARACTERS)
    return base64.b64encode(text.encode()).decode()


def _base64_decode(values: Arguments) -> str:
    text = string(values[0], "States.Base64Decode", most=MAX_CHARACTERS)
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        refuse(f"States.Base64Decode: {error}")


def _hash(values: Arguments) -> str:
    algorithm = string(values[1], "States.Hash")
    if algorithm not in HASHES:
        refuse(f"States.Hash knows {', '.join(HASHES)}, not {algorithm}")
    content = values[0] if isinstance(values[0], str) else json_text(values[0])
    text = string(content, "States.Hash", most=MAX_CHARACTERS)
    return hex_digest(algorithm, text)


def _json_merge(values: Arguments) -> dict[str, Any]:
    first, second, deep = values
    if not isinstance(first, dict) or not isinstance(second, dict) or deep is not False:
        refuse("States.JsonMerge takes two objects and false: only shallow merging is supported")
    return {**first, **second}


def _string_to_json(values: Arguments) -> Any:
    text = string(values[0], "States.StringToJson")
    if not text:
        return None  # as LocalStack does on purpose, whose authors compared it with AWS
    try:
        value = json.loads(text, parse_constant=refuse_constant)
        json_text(value).encode()
    except (ValueError, RecursionError) as error:  # UnicodeEncodeError: half a surrogate pair
        refuse(f"States.StringToJson: {error}")
    return value


def _string_split(values: Arguments) -> list[str]:
    text, separators = (string(value, "States.StringSplit") for value in values)
    if not separators:
        return list(text)  # as LocalStack does on purpose, whose authors compared it with AWS
    # Each character separates; a run of them counts once.
    return [part for part in re.split(f"[{re.escape(separators)}]", text) if part]


def _math_add(values: Arguments) -> int:
    return sum(integer_32(value, "States.MathAdd") for value in values)


_FUNCTIONS: Final[Mapping[str, Callable[[Arguments], Any]]] = {
    "States.Array": list,
    "States.ArrayContains": _array_contains,
    "States.ArrayGetItem": _array_get_item,
    "States.ArrayLength": lambda values: len(array(values[0], "States.ArrayLength")),
    "States.ArrayPartition": _array_partition,
    "States.ArrayRange": _array_range,
    "States.ArrayUnique": _array_unique,
    "States.Base64Decode": _base64_decode,
    "States.Base64Encode": _base64_encode,
    "States.Hash": _hash,
    "States.JsonMerge": _json_merge,
    "States.JsonToString": lambda values: json_text(values[0]),
    "States.MathAdd": _math_add,
    "States.StringSplit": _string_split,
    "States.StringToJson": _string_to_json,
}

_NAMES: Final[Mapping[tuple[int, int | None], str]] = {
    (0, 0): "UUID",
    (0, None): "Array",
    (1, 1): "ArrayLength ArrayUnique Base64Decode Base64Encode JsonToString StringToJson",
    (1, None): "Format",
    (2, 2): "ArrayContains ArrayGetItem ArrayPartition Hash MathAdd StringSplit",
    (2, 3): "MathRandom",
    (3, 3): "ArrayRange JsonMerge",
}
"""Fewest and most arguments → names."""

_COUNTS: Final = {
    f"States.{name}": counts for counts, names in _NAMES.items() for name in names.split()
}
FUNCTION_NAMES: Final = frozenset(_COUNTS)
