"""The 18 intrinsic functions.

Source: Step Functions Developer Guide, "Intrinsics for JSONPath state machines": argument types,
limits and results.
"""

import base64
import binascii
import hashlib
import json
import random
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn

from statemachine.errors import INTRINSIC_FAILURE, ExecutionError
from statemachine.history import json_text
from statemachine.intrinsic_syntax import Argument, Call, Literal, PathArgument, unescaped
from statemachine.json_path import read

MAX_CHARACTERS: Final = 10_000
MAX_ITEMS: Final = 1_000

Arguments = Sequence[Any]


def evaluate(call: Call, data: Any, context: Any, randomness: random.Random) -> Any:
    """Return a call's value.

    Raises
    ------
    ExecutionError
        `States.IntrinsicFailure`; `States.Runtime` for a path that selects nothing.
    """
    if call.name == "States.Format":
        return _format(call, data, context, randomness)
    values = [_value(argument, data, context, randomness) for argument in call.arguments]
    if call.name == "States.MathRandom":
        return _math_random(values, randomness)
    if call.name == "States.UUID":
        _count(call.name, values, 0)
        return str(uuid.UUID(int=randomness.getrandbits(128), version=4))
    fewest, most, function = _FUNCTIONS[call.name]
    _count(call.name, values, fewest, most)
    return function(values)


def check_call(call: Call) -> str | None:
    """Say what is wrong with a call's name or number of arguments, or nothing."""
    if call.name not in FUNCTION_NAMES:
        return f"{call.name} is no intrinsic function"
    for argument in call.arguments:
        problem = check_call(argument) if isinstance(argument, Call) else None
        if problem:
            return problem
    return None


def _value(argument: Argument, data: Any, context: Any, randomness: random.Random) -> Any:
    match argument:
        case Literal():
            return argument.value
        case PathArgument():
            return read(argument.path, data, context)
        case Call():
            return evaluate(argument, data, context, randomness)


def _fail(problem: str) -> NoReturn:
    raise ExecutionError(INTRINSIC_FAILURE, problem)


def _count(name: str, values: Arguments, fewest: int, most: int | None = None) -> None:
    if not fewest <= len(values) <= (fewest if most is None else most):
        _fail(f"{name} does not take {len(values)} arguments")


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _integer(value: Any, name: str) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not _is_integer(value):
        _fail(f"{name} takes whole numbers, not {json_text(value)}")
    return int(value)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        _fail(f"{name} takes a string, not {json_text(value)}")
    if len(value) > MAX_CHARACTERS:
        _fail(f"{name} takes at most {MAX_CHARACTERS} characters, not {len(value)}")
    return value


def _array(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        _fail(f"{name} takes an array, not {json_text(value)}")
    return value


def _format(call: Call, data: Any, context: Any, randomness: random.Random) -> str:
    if not call.arguments:
        _fail("States.Format takes a template")
    first = call.arguments[0]
    # An escaped brace stands for itself, which only a literal's raw text shows.
    raw = (
        first.text
        if isinstance(first, Literal) and isinstance(first.value, str)
        else _text(_value(first, data, context, randomness), "States.Format")
    )
    values = [_value(argument, data, context, randomness) for argument in call.arguments[1:]]
    parts = re.split(r"(?<!\\)\{\}", raw)
    if len(parts) - 1 != len(values):
        _fail(f"States.Format has {len(parts) - 1} places {{}} and {len(values)} values")
    texts = [value if isinstance(value, str) else json_text(value) for value in values]
    return "".join(unescaped(part) + text for part, text in zip(parts, [*texts, ""], strict=True))


def _math_random(values: Arguments, randomness: random.Random) -> int:
    _count("States.MathRandom", values, 2, 3)
    start, end, *seed = (_integer(value, "States.MathRandom") for value in values)
    if start >= end:
        _fail(f"States.MathRandom takes a start below its end, not {start} and {end}")
    source = random.Random(seed[0]) if seed else randomness  # noqa: S311 - not for secrets
    return source.randrange(start, end)


def _array_partition(values: Arguments) -> list[list[Any]]:
    items, size = _array(values[0], "States.ArrayPartition"), _integer(values[1], "chunk size")
    if size < 1:
        _fail("States.ArrayPartition takes a chunk size above 0")
    return [items[place : place + size] for place in range(0, len(items), size)]


def _array_range(values: Arguments) -> list[int]:
    first, last, step = (_integer(value, "States.ArrayRange") for value in values)
    if step == 0:
        _fail("States.ArrayRange takes a step other than 0")
    items = range(first, last + (1 if step > 0 else -1), step)
    if len(items) > MAX_ITEMS:
        _fail(f"States.ArrayRange makes at most {MAX_ITEMS} items, not {len(items)}")
    return list(items)


def _array_get_item(values: Arguments) -> Any:
    items, place = _array(values[0], "States.ArrayGetItem"), _integer(values[1], "index")
    if not 0 <= place < len(items):
        _fail(f"States.ArrayGetItem: index {place} is not in an array of {len(items)}")
    return items[place]


def _array_unique(values: Arguments) -> list[Any]:
    unique: dict[str, Any] = {}
    for item in _array(values[0], "States.ArrayUnique"):
        unique.setdefault(json.dumps(item, sort_keys=True), item)
    return list(unique.values())


def _array_contains(values: Arguments) -> bool:
    wanted = json.dumps(values[1], sort_keys=True)
    items = _array(values[0], "States.ArrayContains")
    return any(json.dumps(item, sort_keys=True) == wanted for item in items)


def _base64_decode(values: Arguments) -> str:
    try:
        return base64.b64decode(_text(values[0], "States.Base64Decode"), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        _fail(f"States.Base64Decode: {error}")


_HASHES: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "MD5": lambda content: hashlib.md5(content, usedforsecurity=False),
    "SHA-1": lambda content: hashlib.sha1(content, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}


def _hash(values: Arguments) -> str:
    if values[1] not in _HASHES:
        _fail(f"States.Hash knows {', '.join(_HASHES)}, not {json_text(values[1])}")
    content = values[0] if isinstance(values[0], str) else json_text(values[0])
    digest: str = _HASHES[values[1]](_text(content, "States.Hash").encode()).hexdigest()
    return digest


def _json_merge(values: Arguments) -> dict[str, Any]:
    first, second, deep = values
    if not isinstance(first, dict) or not isinstance(second, dict) or deep is not False:
        _fail("States.JsonMerge takes two objects and false: only shallow merging is supported")
    return {**first, **second}


def _string_to_json(values: Arguments) -> Any:
    if not isinstance(values[0], str):
        _fail("States.StringToJson takes a string")
    try:
        return json.loads(values[0])
    except ValueError as error:
        _fail(f"States.StringToJson: {error}")


def _string_split(values: Arguments) -> list[str]:
    text, separators = (_text(value, "States.StringSplit") for value in values)
    if not separators:
        return [text]
    # Each character separates; a run of them counts once.
    return [part for part in re.split(f"[{re.escape(separators)}]", text) if part]


def _base64_encode(values: Arguments) -> str:
    return base64.b64encode(_text(values[0], "States.Base64Encode").encode()).decode()


def _math_add(values: Arguments) -> int:
    return sum(_integer(value, "States.MathAdd") for value in values)


_FUNCTIONS: Final[Mapping[str, tuple[int, int, Callable[[Arguments], Any]]]] = {
    "States.Array": (0, MAX_ITEMS, list),
    "States.ArrayContains": (2, 2, _array_contains),
    "States.ArrayGetItem": (2, 2, _array_get_item),
    "States.ArrayLength": (1, 1, lambda values: len(_array(values[0], "States.ArrayLength"))),
    "States.ArrayPartition": (2, 2, _array_partition),
    "States.ArrayRange": (3, 3, _array_range),
    "States.ArrayUnique": (1, 1, _array_unique),
    "States.Base64Decode": (1, 1, _base64_decode),
    "States.Base64Encode": (1, 1, _base64_encode),
    "States.Hash": (2, 2, _hash),
    "States.JsonMerge": (3, 3, _json_merge),
    "States.JsonToString": (1, 1, lambda values: json_text(values[0])),
    "States.MathAdd": (2, 2, _math_add),
    "States.StringSplit": (2, 2, _string_split),
    "States.StringToJson": (1, 1, _string_to_json),
}
FUNCTION_NAMES: Final = frozenset(
    {*_FUNCTIONS, "States.Format", "States.MathRandom", "States.UUID"}
)
