"""A network's description as the flat records that the kernel reads."""

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network.flat_resources import flat_outages, flat_resources
from sim.capacity.network.flat_service_times import FlatServiceTimes
from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.records import RULE, STEP, Records
from sim.capacity.network.network import Network, lost_from
from sim.capacity.network.refusal import Fail, Refusal, Retry, RetryFromStart
from sim.capacity.network.resources import EnvironmentPool, Memory
from sim.capacity.network.steps import (
    Delay,
    Fork,
    Free,
    Invoke,
    Load,
    Mark,
    PlainStep,
    Release,
    Serve,
    Store,
    Take,
    luck_name,
)


@dataclass(frozen=True, slots=True)
class FlatNetwork:
    """The records of a network, and how many of what a message needs."""

    steps: Records
    services: Records
    tables: NDArray[np.float64]
    rules: Records
    retried: NDArray[np.uint8]
    resources: Records
    outages: NDArray[np.float64]
    hold_pools: NDArray[np.int64]
    values: int
    branches: int
    sender: int


def flatten(network: Network) -> FlatNetwork:
    """Return the records of a network."""
    services = FlatServiceTimes()
    program = _Program(network, services)
    resources = flat_resources(network)
    reasons = network.reasons()
    retried = np.zeros(max(1, len(reasons)), np.uint8)
    sender = -1
    if network.sender is not None:
        sender = program.rule(network.sender)
        for number, reason in enumerate(reasons):
            retried[number] = network.sender.reasons is None or reason in network.sender.reasons
    steps = np.zeros(len(program.steps), STEP)
    for number, step in enumerate(program.steps):
        for field, value in step.items():
            steps[number][field] = value
    rules = np.zeros(max(1, len(program.rules)), RULE)
    for number, rule in enumerate(program.rules):
        rules[number] = rule
    return FlatNetwork(
        steps=steps,
        services=services.records(),
        tables=services.tables(),
        rules=rules,
        retried=retried,
        resources=resources,
        outages=flat_outages(network),
        hold_pools=np.array(program.hold_pools or [0], np.int64),
        values=max(1, sum(isinstance(each, Memory) for each in network.resources)),
        branches=max(
            [len(step.branches) for step in network.program if isinstance(step, Fork)], default=1
        ),
        sender=sender,
    )


def luck_word(name: str) -> int:
    """Return the 64 bits that stand for the name of a step's luck."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


class _Program:
    """The steps one behind the other, branches behind their fork and ended by a JOIN each."""

    def __init__(self, network: Network, services: FlatServiceTimes) -> None:
        self.steps: list[dict[str, Any]] = []
        self.rules: list[tuple[float, ...]] = []
        self.hold_pools: list[int] = []
        self._network = network
        self._services = services
        self._resources = {each.name: at for at, each in enumerate(network.resources)}
        memories = (each.name for each in network.resources if isinstance(each, Memory))
        self._values = {name: number for number, name in enumerate(memories)}
        self._marks = {name: number for number, name in enumerate(network.marks())}
        self._reasons = {reason: number for number, reason in enumerate(network.reasons())}
        self._occurrences: Counter[str] = Counter()
        held: dict[str, int] = {}
        for step in network.program:
            if isinstance(step, Fork):
                self._add_fork(step)
            else:
                self._add(step, held, join=-1)
        self._append(codes.END)
        for each in self.steps:
            if each["join"] < 0:
                each["hold_to"] = len(self.hold_pools)

    def rule(self, refusal: Refusal | RetryFromStart) -> int:
        """Add a rule, and return its number."""
        match refusal:
            case Fail(reason):
                rule = (codes.FAIL, self._reasons[reason], 0, 0, 0.0, 1.0, 0.0)
            case Retry() | RetryFromStart():
                rule = (
                    codes.RETRY,
                    self._reasons[refusal.then.reason] if isinstance(refusal, Retry) else -1,
                    refusal.attempts,
                    int(refusal.jitter == "full"),
                    refusal.first_s,
                    refusal.backoff,
                    refusal.max_delay_s,
                )
            case _:
                rule = (codes.WAIT, -1, 0, 0, 0.0, 1.0, 0.0)
        self.rules.append(rule)
        return len(self.rules) - 1

    def _append(self, op: int, **fields: Any) -> None:
        self.steps.append({"op": op, "join": -1, **fields})

    def _add_fork(self, fork: Fork) -> None:
        self._append(codes.FORK, branches=len(fork.branches))
        joins = []
        for branch in fork.branches:
            begins, hold_from = len(self.steps), len(self.hold_pools)
            held: dict[str, int] = {}
            for step in branch:
                self._add(step, held, join=0)
            join = len(self.steps)
            for each in self.steps[begins:]:
                each.update(join=join, hold_from=hold_from, hold_to=len(self.hold_pools))
            self._append(codes.JOIN, sibling=join + 1)
            joins.append(self.steps[-1])
        for each in joins:
            each["after"] = len(self.steps)

    def _add(self, step: PlainStep, held: dict[str, int], join: int) -> None:
        common: dict[str, Any] = {"join": join}
        refusal = getattr(step, "refusal", None)
        if refusal is not None:
            common["rule"] = self.rule(refusal)
        match step:
            case Delay():
                self._append(
                    codes.DELAY,
                    **common,
                    **self._luck(step),
                    service=self._services.add(step.service_time),
                )
            case Serve():
                number = self._resources[step.station]
                self._append(
                    codes.SERVE,
                    **common,
                    **self._luck(step),
                    resource=number,
                    service=self._services.add(step.service_time),
                )
                self._append(codes.LEAVE, join=join, resource=number)
            case Take():
                self._append(
                    codes.TAKE,
                    **common,
                    **self._luck(step),
                    resource=self._resources[step.bucket],
                    amount=step.tokens,
                    per_byte=step.tokens_per_byte,
                )
            case Invoke():
                pool = self._network.resource(step.pool)
                init = pool.init if isinstance(pool, EnvironmentPool) else None
                held[step.pool] = len(self.hold_pools)
                self.hold_pools.append(self._resources[step.pool])
                self._append(
                    codes.INVOKE,
                    **common,
                    **self._luck(step),
                    resource=self._resources[step.pool],
                    service=-1 if init is None else self._services.add(init),
                    hold=held[step.pool],
                )
            case Release():
                self._append(
                    codes.RELEASE,
                    **common,
                    resource=self._resources[step.pool],
                    hold=held[step.pool],
                )
            case Store() | Load() | Free():
                self._add_value_step(step, common)
            case Mark():
                self._append(
                    codes.MARK,
                    **common,
                    mark=self._marks[step.name],
                    receipt=int(step.name == self._network.receipt),
                )

    def _add_value_step(self, step: Store | Load | Free, common: dict[str, Any]) -> None:
        common["resource"] = self._resources[step.memory]
        common["value"] = self._values[step.memory]
        common.update(self._luck(step))
        match step:
            case Store():
                self._append(codes.STORE, **common, amount=step.body_share)
            case Load():
                lost = self._reasons[lost_from(step.memory)]
                self._append(codes.LOAD, **common, lost=lost)
            case Free():
                self._append(codes.FREE, **common)

    def _luck(self, step: PlainStep) -> dict[str, int]:
        name = luck_name(step)
        occurrence = self._occurrences[name]
        self._occurrences[name] += 1
        return {"luck": luck_word(name), "occurrence": occurrence}
