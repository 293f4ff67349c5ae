"""State machines: created, changed, on their way out."""

import itertools
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sim.states_service.arn import check_role_arn
from sim.states_service.configuration import Configuration
from sim.states_service.names import check_name
from sim.states_service.refusal import Refusal
from statemachine import StateMachine

EXPRESS_LIMIT_S: Final = 300.0
"""How long an EXPRESS execution may take. Source: Step Functions quotas, "Maximum execution
time"."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a state machine was at a time: executions go on with the one they were started with.

    `definition` is the text that was given; `revision_id` is None for the first.
    """

    definition: str
    parsed: StateMachine
    role_arn: str
    configuration: Configuration
    updated_at: float
    revision_id: str | None = None


@dataclass(slots=True)
class DeployedStateMachine:
    """A state machine; `kind` is `STANDARD` or `EXPRESS`, `number` its place among all created."""

    arn: str
    name: str
    kind: str
    created_at: float
    number: int
    revision: Revision
    deleting: bool = False
    running: int = 0


class StateMachines:
    """The state machines of an account in a region.

    Parameters
    ----------
    prefix
        What their ARNs begin with, up to the account.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._by_arn: dict[str, DeployedStateMachine] = {}
        self._numbers = itertools.count(1)

    def create(
        self,
        name: str,
        definition: str,
        parsed: StateMachine,
        role_arn: str,
        *,
        kind: str,
        configuration: Configuration,
    ) -> DeployedStateMachine:
        """Create a state machine, or return the one that is the same but for its role.

        Raises
        ------
        Refusal
            `InvalidName`, `InvalidArn`, `StateMachineAlreadyExists`, `StateMachineDeleting`.
        """
        check_name(name)
        check_role_arn(role_arn)
        arn = f"{self._prefix}:stateMachine:{name}"
        existing = self._by_arn.get(arn)
        if existing is not None:
            return _the_same(existing, definition, kind, configuration)
        now_s = time.time()
        parsed = _within_its_limit(parsed, kind)
        revision = Revision(definition, parsed, role_arn, configuration, now_s)
        machine = DeployedStateMachine(arn, name, kind, now_s, next(self._numbers), revision)
        self._by_arn[arn] = machine
        return machine

    def update(
        self,
        machine: DeployedStateMachine,
        *,
        definition: tuple[str, StateMachine] | None,
        role_arn: str | None,
        configuration: Mapping[str, Any],
    ) -> Revision:
        """Give a state machine a new revision and return it.

        Parameters
        ----------
        definition
            Its text and what was parsed of it; None leaves it, as it does with the role.
        configuration
            Members of `Configuration` that are to change.
        """
        before = machine.revision
        text, parsed = definition or (before.definition, before.parsed)
        if role_arn is not None:
            check_role_arn(role_arn)
        machine.revision = Revision(
            text,
            _within_its_limit(parsed, machine.kind),
            role_arn or before.role_arn,
            replace(before.configuration, **configuration),
            time.time(),
            str(uuid.uuid4()),
        )
        return machine.revision

    def get(self, arn: str) -> DeployedStateMachine:
        """Return a state machine by ARN, or refuse with `StateMachineDoesNotExist`."""
        machine = self._by_arn.get(arn)
        if machine is None:
            raise Refusal("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return machine

    def active(self, arn: str) -> DeployedStateMachine:
        """Return a state machine that is not about to go, or refuse with `StateMachineDeleting`."""
        machine = self.get(arn)
        if machine.deleting:
            raise _deleting(machine)
        return machine

    def listed(self) -> list[DeployedStateMachine]:
        """Return all, in the order they were created."""
        return list(self._by_arn.values())

    def delete(self, arn: str) -> None:
        """Let a state machine go when its last execution has ended; one that is not there is gone.

        Its executions are ended at their next transition, by who runs them.
        """
        machine = self._by_arn.get(arn)
        if machine is not None:
            machine.deleting = True
            self._drop_if_done(machine)

    def started(self, machine: DeployedStateMachine) -> None:
        """Note that an execution runs."""
        machine.running += 1

    def ended(self, machine: DeployedStateMachine) -> None:
        """Note that an execution runs no more."""
        machine.running -= 1
        self._drop_if_done(machine)

    def _drop_if_done(self, machine: DeployedStateMachine) -> None:
        if machine.deleting and not machine.running:
            self._by_arn.pop(machine.arn, None)


def _the_same(
    existing: DeployedStateMachine, definition: str, kind: str, configuration: Configuration
) -> DeployedStateMachine:
    """Return the state machine if what was asked for is just it.

    A different role or tags make no difference. Source: API Reference, CreateStateMachine.
    """
    if existing.deleting:
        raise _deleting(existing)
    revision = existing.revision
    same = (revision.definition, existing.kind, revision.configuration) == (
        definition,
        kind,
        configuration,
    )
    if not same:
        raise Refusal(
            "StateMachineAlreadyExists", f"State Machine Already Exists: '{existing.arn}'"
        )
    return existing


def _deleting(machine: DeployedStateMachine) -> Refusal:
    return Refusal("StateMachineDeleting", f"State Machine is being deleted: '{machine.arn}'")


def _within_its_limit(parsed: StateMachine, kind: str) -> StateMachine:
    if kind != "EXPRESS":
        return parsed
    return replace(parsed, timeout_s=min(parsed.timeout_s or EXPRESS_LIMIT_S, EXPRESS_LIMIT_S))
