"""Expressions: compiled once, evaluated on what `$states` and the variables stand for."""

import random
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from jlens import JlensError

from statemachine.errors import QueryEvaluationError
from statemachine.jsonata.engine_errors import STACK_LIMIT, described
from statemachine.jsonata.functions import FunctionError, random_functions
from statemachine.jsonata.infinity import with_infinity, without_marks
from statemachine.jsonata.static_analysis import Analysis, analysed
from statemachine.scope import ABSENT

MAX_DEPTH: Final = 100
"""Of nested evaluations, as the reference implementation counts them; measured on AWS."""

MAX_ITEMS: Final = 873_782
"""Of an array. Measured on AWS: [1..873782] passes, and one item more exceeds the memory limit."""

MAX_BYTES: Final = 8 * MAX_ITEMS
"""Of a string or a result. Measured on AWS: 2**22 characters pass and 2**23 do not."""

MAX_STEPS: Final = 20_000_000
"""About half a second: an endless loop ends alike on each machine. AWS does not name its bound."""

TIMEOUT_S: Final = 0.5
"""For what steps do not count, such as regular expressions that go back and forth."""

_BOUNDS: Final[Mapping[str, Any]] = {
    "timeout": TIMEOUT_S,
    "max_depth": MAX_DEPTH,
    "max_steps": MAX_STEPS,
    "max_string_length": MAX_BYTES,
    "max_array_length": MAX_ITEMS,
    "max_result_size": MAX_BYTES,
}

MAX_DIVISIONS: Final = 8
"""By zero, at different places of an expression: each costs an evaluation."""

_PATH: Final = re.compile(
    r"\$[A-Za-z_]\w*(?:\.(?!(?:and|or|in|true|false|null)\b)[A-Za-z_]\w*|\[\d{1,9}\])*"
)
_BY_CHANCE: Final = frozenset({"random", "shuffle"})
_BY_CLOCK: Final = frozenset({"now", "millis"})


def is_expression(value: Any) -> bool:
    """Return whether a value of a definition is a JSONata expression: a string `{% … %}`."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> "Expression":
    """Compile an expression.

    Parameters
    ----------
    text
        With its `{% %}`.

    Raises
    ------
    JsonataSyntaxError
        For what AWS refuses at creation, with the diagnostic's code and message.
    """
    inner = text.removeprefix("{%").removesuffix("%}").strip()
    return Expression(inner, analysed(inner))


class Expression:
    """A compiled expression; made by `compile_expression`.

    Parameters
    ----------
    text
        Without `{% %}`, as AWS's texts quote it.
    """

    def __init__(self, text: str, analysis: Analysis) -> None:
        self.text = text
        self.variables = frozenset(analysis.reads) - {"states"}
        """Names, without `$`, of what it reads and does not bind itself, but for `states`."""
        self.states_fields = analysis.states_fields
        """Members of `$states` that it reads."""
        self._analysis = analysis
        self._reads = tuple({**analysis.reads, **analysis.shadowing}.items())
        self._compiled = analysis.compiled
        self._path = _steps(text) if _PATH.fullmatch(text) else ()
        self._has_functions_by_chance = not analysis.words.isdisjoint({"random", "uuid"})
        self._is_by_chance = not analysis.words.isdisjoint(_BY_CHANCE)
        self._is_by_clock = not analysis.words.isdisjoint(_BY_CLOCK)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(
        self,
        bindings: Mapping[str, Any],
        randomness: random.Random,
        *,
        location: str,
        state: str,  # noqa: ARG002 - of all that fails it is the caller who names the state
        now_s: float | None = None,
    ) -> Any:
        """Return the value: a plain JSON value, which may share parts with the bindings.

        Parameters
        ----------
        bindings
            Values by name without `$`: `states` and the variables. They are not changed.
        randomness
            For $random, $shuffle and $uuid.
        location
            Field of the state that holds the expression, such as `Arguments/Payload`.
        now_s
            What $now and $millis go by, in seconds since the epoch; the machine's time if None.

        Raises
        ------
        QueryEvaluationError
            If it fails, exceeds a bound, or has no value.
        """
        value = self._selected(bindings) if self._path else ABSENT
        if value is not ABSENT:
            return value
        try:
            return self._divided(bindings, randomness, now_s, location)
        except JlensError as error:
            raise self._failed(location, described(error, self.text)) from error
        except FunctionError as error:
            raise self._failed(location, f": {error}") from error
        except (ValueError, RecursionError) as error:  # data nested too deeply for the engine
            raise self._failed(location, f": {STACK_LIMIT}") from error

    def _selected(self, bindings: Mapping[str, Any]) -> Any:
        """Return what a plain path leads to, without converting it; ABSENT if that is not plain.

        A name has to meet an object, and an index an array, of which it takes no inner array: what
        JSONata makes of sequences is left to the engine.
        """
        value: Any = bindings
        for step in self._path:
            if isinstance(step, str):
                if not isinstance(value, Mapping) or step not in value:
                    return ABSENT
                value = value[step]
            else:
                if not isinstance(value, list) or step >= len(value):
                    return ABSENT
                value = value[step]
                if isinstance(value, list):
                    return ABSENT
        return value

    def _divided(
        self,
        bindings: Mapping[str, Any],
        randomness: random.Random,
        now_s: float | None,
        location: str,
    ) -> Any:
        """Return the value; a division by zero, which the engine refuses, gives infinity."""
        expression = self
        for _ in range(MAX_DIVISIONS):
            try:
                value = expression._computed(bindings, randomness, now_s, location)
            except JlensError as error:
                careful = with_infinity(expression._compiled.source, error)
                if careful is None:
                    raise
                expression = Expression(self.text, analysed(careful))
            else:
                return value if expression is self else without_marks(value)
        return expression._computed(bindings, randomness, now_s, location)

    def _computed(
        self,
        bindings: Mapping[str, Any],
        randomness: random.Random,
        now_s: float | None,
        location: str,
    ) -> Any:
        # The engine converts all that is bound, so it gets no more than it will read.
        bound = {
            name: _cut_down(bindings[name], read) for name, read in self._reads if name in bindings
        }
        if "eval" in self._analysis.words:
            bound.setdefault("eval", None)
        if self._has_functions_by_chance:
            bound = {**random_functions(randomness), **bound}
        options = dict(_BOUNDS)
        if self._is_by_chance:
            options["seed"] = randomness.getrandbits(53)
        if self._is_by_clock and now_s is not None:
            options["now"] = int(now_s * 1000)
        value = self._compiled.evaluate(None, bound, **options)
        if value is None and self._compiled.evaluate_json(None, bound, **options) is None:
            raise self._without_value(bound, location)
        return value

    def _without_value(self, bound: dict[str, Any], location: str) -> QueryEvaluationError:
        # The engine gives None for a function as for what does not exist.
        exists = analysed(f"$exists({self.text})").compiled
        if exists.evaluate(None, bound, **_BOUNDS):
            return QueryEvaluationError(
                f"{self._named(location)} returned an unsupported result type.", location
            )
        return QueryEvaluationError(
            f"{self._named(location)} returned nothing (undefined).", location
        )

    def _failed(self, location: str, problem: str) -> QueryEvaluationError:
        return QueryEvaluationError(
            f"{self._named(location)} threw an error during evaluation{problem}", location
        )

    def _named(self, location: str) -> str:
        return f"The JSONata expression '{self.text}' specified for the field '{location}'"


def _steps(path: str) -> tuple[str | int, ...]:
    words = re.findall(r"\w+", path)
    return tuple(int(word) if word[0].isdigit() else word for word in words)


def _cut_down(value: Any, read: Any) -> Any:
    if read is True or not isinstance(value, Mapping):
        return value
    return {name: _cut_down(value[name], inner) for name, inner in read.items() if name in value}
