"""One visit of a state: what it got, and what its fields mean there."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from statemachine import jsonata
from statemachine.clock import Clock
from statemachine.definition.states import ROOT, Catcher, ChoiceRule, DataFlow, JsonataFlow, State
from statemachine.errors import RUNTIME, ExecutionError, QueryEvaluationError, StateFault
from statemachine.execution import jsonata_flow, jsonpath_flow
from statemachine.execution.path_value import whole_number
from statemachine.execution.variables import Variables
from statemachine.history import Trail
from statemachine.jsonata import Expression
from statemachine.jsonpath.json_path import read
from statemachine.jsonpath.payload_template import filled as filled_from_paths
from statemachine.scope import ABSENT, Scope

Left = tuple[Any, Mapping[str, Any]]
"""A state's output, and the variables that it assigns."""


@dataclass(slots=True)
class Visit:
    """A state's name and input, and what its expressions can read.

    Parameters
    ----------
    data
        The raw input, which is never changed.
    scope
        Of the state's own language: on the input after InputPath, or on the raw input in JSONata.
    variables
        Those that the state can see; `variables.inner()` is the scope of a branch or an iteration.
    entered_id
        Of the event by which the state was entered.
    """

    name: str
    state: State
    data: Any
    scope: Scope
    variables: Variables
    trail: Trail
    entered_id: int
    randomness: random.Random
    clock: Clock

    @property
    def flow(self) -> DataFlow:
        """What the state does to its data."""
        return self.state.flow

    @property
    def context(self) -> Mapping[str, Any]:
        """The Context object, with this state in it."""
        return self.scope.context

    def with_context(self, context: Mapping[str, Any]) -> "Visit":
        """Return the same visit with another Context object."""
        scope = self.scope
        own = Scope(scope.data, context, scope.variables, scope.result, scope.error_output)
        return replace(self, scope=own)

    def opened(self) -> "Visit":
        """Return the visit behind InputPath."""
        flow = self.flow
        if isinstance(flow, JsonataFlow) or flow.input_path == ROOT:
            return self
        return replace(self, scope=self.scope.of(jsonpath_flow.selected(flow, self.scope)))

    def located(
        self, fault: StateFault, timestamp: float, trail: Trail | None = None
    ) -> ExecutionError:
        """Return a fault in AWS's words, and note that an expression failed, if one did.

        *trail* is the branch in which it did, the state's own unless given.
        """
        trail = trail or self.trail
        error = fault.located(self.name, self.entered_id)
        if isinstance(fault, QueryEvaluationError):
            details = {"error": error.error, "cause": error.cause, "state": self.name}
            if fault.location:
                details["location"] = fault.location
            trail.add("EvaluationFailed", timestamp, details)
        error.last_event_id = trail.last
        return error

    def arguments(self) -> Any:
        """Return what the state works on: Parameters or Arguments filled, or else its input."""
        flow = self.flow
        if isinstance(flow, JsonataFlow):
            if flow.arguments is ABSENT:
                return self.data
            return self.filled(flow.arguments, self.scope, "Arguments")
        if flow.has_parameters:
            return self.filled(flow.parameters, self.scope, "Parameters")
        return self.scope.data

    def filled(self, template: Any, scope: Scope, field: str) -> Any:
        """Return a template of the state's own language, which stands in a field, filled.

        Raises
        ------
        StateFault
            Of the language, and `States.Runtime` for a template of some hundred levels.
        """
        try:
            if not isinstance(self.flow, JsonataFlow):
                return filled_from_paths(template, scope, self.randomness)
            return jsonata.filled(
                template,
                scope.bindings(),
                self.randomness,
                location=field,
                state=self.name,
                now_s=self.clock.time(),
            )
        except RecursionError as error:
            raise StateFault(RUNTIME, f"The field '{field}' is nested too deeply") from error

    def evaluated(self, given: Any, field: str) -> Any:
        """Return a value that is fixed, or what an expression or a path (`str`) stands for."""
        if isinstance(given, Expression):
            return given.evaluate(
                self.scope.bindings(),
                self.randomness,
                location=field,
                state=self.name,
                now_s=self.clock.time(),
            )
        if isinstance(given, str):
            return read(given, self.scope, field=f"{field}Path")
        return given

    def integer(self, given: Any, field: str, *, least: int = 0) -> int | None:
        """Return a whole number that is fixed, or what an expression or a path stands for.

        Raises
        ------
        StateFault
            For anything else.
        """
        if given is None or isinstance(given, int):
            return given
        if isinstance(given, str):
            return whole_number(given, self.scope, f"{field}Path", least)
        value = self.evaluated(given, field)
        return jsonata_flow.integer(value, given, field, least)

    def left(self, result: Any = ABSENT) -> Left:
        """Return the output and the variables that the state leaves with.

        *result* is of a state that has one; others pass their input on.
        """
        flow = self.flow
        if isinstance(flow, JsonataFlow):
            return jsonata_flow.left(flow, self.scope, result, "", self.filled)
        return jsonpath_flow.left(flow, self.data, self.scope, result, self.filled)

    def left_by(self, rule: ChoiceRule | None, place: int) -> Left:
        """Return the output and the variables with which a Choice is left by one of its rules.

        What the state itself says of them counts where no rule holds.
        """
        if rule is None:
            return self.left()
        flow = self.flow
        if isinstance(flow, JsonataFlow):
            own = JsonataFlow(output=rule.output, assign=rule.assign)
            return jsonata_flow.left(own, self.scope, ABSENT, f"Choices[{place}]/", self.filled)
        own_flow = flow if flow.assign is rule.assign else replace(flow, assign=rule.assign)
        return jsonpath_flow.left(own_flow, self.data, self.scope, ABSENT, self.filled)

    def caught(self, catcher: Catcher, error_output: Mapping[str, Any], field: str) -> Left:
        """Return what a catcher makes of an error: output and variables."""
        if isinstance(self.flow, JsonataFlow):
            flow = JsonataFlow(output=catcher.output, assign=catcher.assign)
            scope = replace(self.scope, error_output=error_output)
            left = jsonata_flow.left(flow, scope, ABSENT, field, self.filled)
            return (error_output, left[1]) if catcher.output is ABSENT else left
        return jsonpath_flow.caught(catcher, self.data, error_output, self.scope, self.filled)
