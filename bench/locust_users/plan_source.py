"""Where a start of Locust takes its plan from: a file, or a scenario."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from bench.load.deployed_system import DeployedSystem, post_url
from bench.load.errors import PlanError
from bench.load.largest_body import largest_body_bytes
from bench.load.locust_options import LocustOptions
from bench.load.plan import Plan
from bench.load.schedule import make_plan
from bench.scenarios import load_scenario

DEFAULT_SCENARIO: Final = "steady"


class ToCarryOut(NamedTuple):
    """A plan, and where its samples go; None: nowhere."""

    plan: Plan
    samples: Path | None


class PlanSource(Protocol):
    """Gives a plan at each start."""

    def next(self) -> ToCarryOut:
        """Return what the start that is under way is to carry out."""


class PlanFile:
    """The plan of a file, once.

    Raises
    ------
    PlanError, DeploymentFileError
        If the options or the plan do not hold together, or something it needs is not deployed.
    """

    def __init__(self, options: LocustOptions, deployment: DeployedSystem) -> None:
        if options.plan is None or options.samples is None:
            raise PlanError("--plan needs --samples, the file to write one line a request to")
        if options.samples.exists():
            raise PlanError(f"--samples {options.samples} exists; name a new file")
        plan = Plan.from_json(options.plan.read_text(encoding="utf-8"))
        check_deployed(plan, deployment)
        self._given: ToCarryOut | None = ToCarryOut(plan, options.samples)

    def next(self) -> ToCarryOut:
        """Return the plan at the first start.

        Raises
        ------
        PlanError
            At a later one: its payloads would be taken for those of the first.
        """
        given, self._given = self._given, None
        if given is None:
            raise PlanError(
                "the plan of --plan was started before; make a new one, or use"
                " ScenarioUser, which makes one at each start"
            )
        return given


class ScenarioPlans:
    """A new plan of the scenario at each start, with a run tag of its own.

    Parameters
    ----------
    options
        Returns the options as the web page has them now.
    """

    def __init__(self, options: Callable[[], LocustOptions], deployment: DeployedSystem) -> None:
        self._options = options
        self._deployment = deployment
        self._starts = 0
        self._plan(options())  # what is wrong with it now is told before anything starts

    def next(self) -> ToCarryOut:
        """Return a new plan.

        Raises
        ------
        bench.errors.MendableError
            If there is no such scenario, it does not fit the deployment, or its samples' file
            exists.
        """
        options = self._options()
        plan = self._plan(options)
        samples = numbered(options.samples, self._starts + 1)
        if samples is not None and samples.exists():
            raise PlanError(f"--samples: {samples} exists; name a new file")
        self._starts += 1
        return ToCarryOut(plan, samples)

    def _plan(self, options: LocustOptions) -> Plan:
        scenario = load_scenario(options.scenario or DEFAULT_SCENARIO, options.overrides)
        plan = make_plan(
            scenario.loads,
            scenario.design,
            largest_bytes=largest_body_bytes(self._deployment),
            seed=options.seed,
            run_tag=uuid.uuid4().hex,
            in_flight_limit=scenario.in_flight_limit,
        )
        check_deployed(plan, self._deployment)
        return plan


def numbered(samples: Path | None, start: int) -> Path | None:
    """Return the file of a start: as it was named for the first, then with a number.

    Examples
    --------
    >>> numbered(Path("a/steady.jsonl"), 2).as_posix()
    'a/steady-2.jsonl'
    """
    if samples is None or start == 1:
        return samples
    return samples.with_stem(f"{samples.stem}-{start}")


def check_deployed(plan: Plan, deployment: DeployedSystem) -> None:
    """Refuse a plan that needs what the deployment does not have.

    Raises
    ------
    PlanError, DeploymentFileError
        If it does.
    """
    strategies = {block.strategy for block in plan.blocks}
    for strategy in strategies - {"redis-set"}:
        post_url(deployment, strategy)
    if "redis-set" in strategies and not deployment.redis_url:
        raise PlanError("the plan has redis-set blocks, but the deployment has no redis_url")
