"""Answers of tasks, written down: what a mock file holds.

The terms are those of Step Functions Local's mock configuration, `Return` and `Throw` with `Error`
and `Cause`, and its file is read as it is. Source: Step Functions Developer Guide, "Using mocked
service integrations for testing in Step Functions Local".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bench.asl.errors import AslError

_RANGE: Final = re.compile(r"(\d+)(?:-(\d+))?")
_MAX_ANSWERS: Final = 10_000

Kind = Literal["Return", "Throw"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task answers once: a result, or an error; after so many seconds."""

    kind: Kind
    value: Any = None
    error: str = ""
    cause: str = ""
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Mock:
    """The answers of one state's task, by the place of the call; one alone answers every call."""

    answers: tuple[Answer, ...]
    always: bool = False

    def answer(self, call: int) -> Answer | None:
        """Return the answer to a call, counted from 0, or `None` if there is none for it."""
        if self.always:
            return self.answers[0]
        return self.answers[call] if call < len(self.answers) else None


@dataclass(frozen=True, slots=True)
class Mocks:
    """The mocks of a run, by the names of states."""

    states: Mapping[str, Mock] = field(default_factory=dict)

    def over(self, other: "Mocks") -> "Mocks":
        """Return both, these first."""
        return Mocks({**other.states, **self.states})


def read_mocks(value: Any, where: str, test_case: str | None = None) -> Mocks:
    """Read mocks: an object of state names, or a mock configuration of Step Functions Local.

    Parameters
    ----------
    where
        What the mocks stand in, for messages.
    test_case
        Which test case of a mock configuration.

    Raises
    ------
    AslError
        Names the state, the problem and the mend.
    """
    if isinstance(value, Mapping) and value.keys() >= {"StateMachines", "MockedResponses"}:
        value = _test_case(value, where, test_case)
    elif test_case is not None:
        raise AslError(
            f"--test-case is for a mock configuration with StateMachines; {where} is none"
        )
    if value is None:
        return Mocks()
    if not isinstance(value, Mapping):
        raise AslError(f"{where}: an object is needed, with an entry for each Task state")
    return Mocks({str(name): _mock(each, f"{where}: {name}") for name, each in value.items()})


def _test_case(value: Mapping[str, Any], where: str, test_case: str | None) -> Mapping[str, Any]:
    cases: dict[str, Any] = {}
    for machine, held in dict(value["StateMachines"] or {}).items():
        for name, states in dict(held.get("TestCases") or {}).items():
            cases[f"{machine}#{name}"] = cases[name] = states
    if test_case not in cases:
        known = ", ".join(name for name in cases if "#" in name)
        wrong = f"has no test case {test_case}" if test_case else "holds several test cases"
        raise AslError(f"{where} {wrong}: name one of {known} by --test-case")
    responses = value["MockedResponses"] or {}
    found = {}
    for state, response in cases[test_case].items():
        if response not in responses:
            raise AslError(f"{where}: {state}: there is no {response} in MockedResponses")
        found[state] = responses[response]
    return found


def _mock(value: Any, where: str) -> Mock:
    if isinstance(value, Mapping) and value and all(_is_range(name) for name in value):
        return _by_place(value, where)
    if isinstance(value, Mapping):
        return Mock((_answer(value, where),), always=True)
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return Mock(tuple(_answer(each, f"{where}[{i}]") for i, each in enumerate(value)))
    raise AslError(
        f"{where}: an answer is needed, such as {{Return: {{…}}}} or {{Throw: {{Error: …, "
        "Cause: …}}, or a list of answers, the first call's first"
    )


def _is_range(name: Any) -> bool:
    return _RANGE.fullmatch(str(name)) is not None


def _by_place(value: Mapping[Any, Any], where: str) -> Mock:
    """Read answers by the places of the calls they are for: `0`, or `1-3`."""
    found: dict[int, Answer] = {}
    for name, given in value.items():
        match = _RANGE.fullmatch(str(name))
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if last - first >= _MAX_ANSWERS or last < first:
            raise AslError(f"{where}: {name} is no range of at most {_MAX_ANSWERS} calls")
        answer = _answer(given, f"{where}: {name}")
        found |= dict.fromkeys(range(first, last + 1), answer)
    missing = next((place for place in range(len(found)) if place not in found), None)
    if missing is not None:
        raise AslError(f"{where}: there is no answer for call {missing}, but for later ones")
    return Mock(tuple(found[place] for place in range(len(found))))


def _answer(value: Any, where: str) -> Answer:
    if not isinstance(value, Mapping):
        raise AslError(f"{where}: an object is needed, with Return or Throw")
    unknown = set(value) - {"Return", "Throw", "After"}
    if unknown or ("Return" in value) == ("Throw" in value):
        said = f"{sorted(map(str, unknown))[0]} is not known" if unknown else "it is one of the two"
        raise AslError(f"{where}: {said}: give Return or Throw, and After if it takes seconds")
    after_s = value.get("After", 0)
    if isinstance(after_s, bool) or not isinstance(after_s, int | float) or not after_s >= 0:
        raise AslError(f"{where}: After is {after_s!r}: give the seconds that the task takes")
    if "Return" in value:
        return Answer("Return", value["Return"], after_s=float(after_s))
    thrown = value["Throw"]
    if not isinstance(thrown, Mapping) or not isinstance(thrown.get("Error"), str):
        raise AslError(f"{where}: Throw needs an Error, and may have a Cause: both are strings")
    cause = thrown.get("Cause", "")
    if not isinstance(cause, str) or set(thrown) - {"Error", "Cause"}:
        raise AslError(f"{where}: Throw has an Error and a Cause, and both are strings")
    return Answer("Throw", error=str(thrown["Error"]), cause=cause, after_s=float(after_s))
