"""Strategies of intrinsic functions and payload templates of the JSONPath query language."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.statemachine.differential.values import JSON, SCALARS, WORDS, paths

_ALGORITHMS = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"]


def quoted(text: str) -> str:
    """Return a string literal of an intrinsic function."""
    escaped = "".join(f"\\{letter}" if letter in "\\'{}" else letter for letter in text)
    return f"'{escaped}'"


def _literal(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else json.dumps(value)


@st.composite
def function_calls(draw: st.DrawFn, kind: str = "any", depth: int = 2) -> str:
    """Draw the text of a call whose value is mostly of a kind."""

    def argument(of: str) -> str:
        if depth > 0 and draw(st.integers(1, 4)) == 4:
            return draw(function_calls(of, depth - 1))
        if of in {"number", "integer"} and draw(st.booleans()):
            return str(draw(st.integers(-3, 9)))
        if of in {"text", "any"} and draw(st.booleans()):
            return _literal(draw(WORDS if of == "text" else SCALARS))
        return draw(paths(of))

    def call(name: str, *arguments: str) -> str:
        return f"States.{name}({', '.join(arguments)})"

    calls = {
        "text": ["Format", "JsonToString", "Base64Encode", "Base64Decode", "Hash"],
        "number": ["MathAdd", "ArrayLength"],
        "integer": ["MathAdd", "ArrayLength"],
        "flag": ["ArrayContains"],
        "array": ["Array", "ArrayPartition", "ArrayRange", "ArrayUnique", "StringSplit"],
        "object": ["JsonMerge", "StringToJson"],
        "any": ["ArrayGetItem", "StringToJson"],
    }
    every = sorted({name for names in calls.values() for name in names})
    names = calls[kind] if kind != "any" or draw(st.booleans()) else every
    match draw(st.sampled_from(names)):
        case "Format":
            count = draw(st.integers(0, 3))
            written = "".join(f"{draw(st.sampled_from(['', 'x ', '-']))}{{}}" for _ in range(count))
            return call("Format", f"'{written}'", *(argument("any") for _ in range(count)))
        case "JsonToString":
            return call("JsonToString", argument(draw(st.sampled_from(["object", "array", "any"]))))
        case "StringToJson":
            value = draw(JSON)
            return call("StringToJson", quoted(json.dumps(value, ensure_ascii=False)))
        case "Array":
            return call("Array", *(argument("any") for _ in range(draw(st.integers(0, 3)))))
        case "ArrayPartition":
            return call("ArrayPartition", argument("array"), argument("integer"))
        case "ArrayContains":
            return call("ArrayContains", argument("array"), argument("any"))
        case "ArrayRange":
            return call("ArrayRange", *(argument("integer") for _ in range(3)))
        case "ArrayGetItem":
            return call("ArrayGetItem", argument("array"), str(draw(st.integers(-1, 2))))
        case "ArrayLength":
            return call("ArrayLength", argument("array"))
        case "ArrayUnique":
            return call("ArrayUnique", argument("array"))
        case "Base64Encode":
            return call("Base64Encode", argument("text"))
        case "Base64Decode":
            return call("Base64Decode", draw(st.sampled_from(["'YWJj'", "'w6Q='", "'!'", "$.s"])))
        case "Hash":
            return call("Hash", argument("text"), quoted(draw(st.sampled_from(_ALGORITHMS))))
        case "JsonMerge":
            deep = draw(st.sampled_from(["false", "false", "false", "true"]))
            return call("JsonMerge", argument("object"), argument("object"), deep)
        case "MathAdd":
            return call("MathAdd", argument("number"), argument("number"))
        case _:
            return call(
                "StringSplit", argument("text"), draw(st.sampled_from(["','", "' '", "', '"]))
            )


@st.composite
def templates(draw: st.DrawFn, depth: int = 2, variables: tuple[str, ...] = ()) -> dict[str, Any]:
    """Draw a payload template: an object with fixed fields, paths and functions."""
    written: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(["n", "s", "a", "o", "x"]), unique=True, max_size=3)):
        match draw(st.integers(0, 5)):
            case 0:
                written[name] = draw(JSON)
            case 1 if depth > 0:
                written[name] = draw(templates(depth - 1, variables))
            case 2:
                kind = draw(st.sampled_from(["text", "number", "flag", "array", "object", "any"]))
                written[f"{name}.$"] = draw(function_calls(kind))
            case 3 if variables:
                written[f"{name}.$"] = f"${draw(st.sampled_from(variables))}"
            case 4 if depth > 0:
                written[name] = [draw(templates(depth - 1, variables)), draw(SCALARS)]
            case _:
                kind = draw(st.sampled_from(["text", "number", "array", "object", "any"]))
                written[f"{name}.$"] = draw(paths(kind))
    return written
