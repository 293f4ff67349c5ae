"""What is to be simulated, from the options of `firstwrite plan`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from bench.plan.duration import seconds_of
from bench.plan.errors import PlanError
from bench.plan.outage_option import ServiceOutage, network_outages, outages_of
from bench.plan.template_parameters import named_values, template_parameters
from bench.plan.workload_options import workload_of
from sim.capacity.account import AccountLimits
from sim.capacity.answer import Load
from sim.capacity.design import Design
from sim.capacity.network import Arrivals, RetryFromStart
from sim.capacity.pipeline import Surroundings
from sim.capacity.template_design import template_design
from sim.capacity.usage import Kept
from sim.latency.profile_file import load_profile
from sim.objective import parse_objectives
from sim.prices import PriceList, read_prices
from sim.quotas import cache_node, read_quotas
from sim.stack.checkout import TEMPLATE
from sim.workload import DiurnalRate, Trace, Workload

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """The options as they were given; None where the workload or the template decides."""

    workload: str = "audit-records"
    run: Path | None = None
    rate_per_s: float | None = None
    sizes: str | None = None
    network: str | None = None
    uplink: str | None = None
    rtt: str | None = None
    duration: str = "1h"
    template: Path = TEMPLATE
    parameters: Sequence[str] = ()
    profile: str = "aws-typical"
    region: str = "us-east-1"
    quotas: Sequence[str] = ()
    prices: Path | None = None
    slo: Sequence[str] = ()
    outages: Sequence[str] = ()
    month: int = 1
    growth: str | None = None
    archive_months: float | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What is to be simulated.

    Attributes
    ----------
    start_s
        When the simulated time begins, counted from midnight; the busiest hour is in the middle of
        it where it is shorter than a day.
    month
        Which month's load and bill it is, 0 being the first.
    slo
        Objectives, as they were given.
    """

    workload: Workload
    period_s: float
    start_s: float
    design: Design
    around: Surroundings
    region: str
    prices: PriceList
    kept: Kept
    month: int
    seed: int
    outages: tuple[ServiceOutage, ...] = ()
    slo: tuple[str, ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)

    def load(self) -> Load:
        """Draw what is sent.

        Raises
        ------
        PlanError
            If it is nothing.
        """
        drawn = self.workload.arrivals(
            self.period_s, self.seed, start_s=self.start_s, month=self.month
        )
        if not len(drawn.times_s):
            raise PlanError(
                f"{self.workload.name} brings no message in the simulated time: raise --rate or"
                " --duration"
            )
        return Load(
            Arrivals(drawn.times_s, drawn.body_bytes),
            self.workload.month_totals(self.month).messages,
            self.workload.sender,
            _retries(self.workload),
        )

    def bursts_s(self) -> list[tuple[float, float]]:
        """Return begin and end of each burst within the simulated time, in its own seconds."""
        bursts = self.workload.bursts
        if bursts is None or bursts.factor <= 1:
            return []
        number = int((self.start_s - bursts.first_s) // bursts.every_s)
        found = []
        while (begin := bursts.first_s + number * bursts.every_s - self.start_s) < self.period_s:
            if begin > 0:
                found.append((begin, begin + bursts.duration_s))
            number += 1
        return found


def request_of(options: PlanOptions) -> PlanRequest:
    """Return what the options describe.

    Raises
    ------
    PlanError, sim.errors.SimError
        Naming the option or the file, the problem and the mend.
    """
    workload = workload_of(
        options.workload,
        run=options.run,
        rate_per_s=options.rate_per_s,
        sizes=options.sizes,
        network=options.network,
        uplink=options.uplink,
        rtt=options.rtt,
        growth=options.growth,
    )
    if options.slo:
        parse_objectives(
            options.slo
        )  # what cannot be read is to be said before a minute has passed
    period_s = seconds_of(options.duration, "--duration")
    parameters = template_parameters(options.template, options.parameters)
    design = template_design(options.template, parameters)
    _check_region(options.region)
    outages = outages_of(options.outages, period_s)
    profile = load_profile(options.profile)
    if not profile.operations:
        raise PlanError(
            f"--profile {options.profile} adds no time to any call, so that a plan with it would"
            " be of a machine without latency: take aws-typical, or one of `profiles list`"
        )
    return PlanRequest(
        workload=workload,
        period_s=period_s,
        start_s=_start_s(workload, period_s),
        design=design,
        around=Surroundings(
            limits=_limits(options.region, options.quotas),
            node=cache_node(design.cache.node_type),
            profile=profile,
            outages=network_outages(outages),
        ),
        region=options.region,
        prices=read_prices(options.prices),
        kept=_kept(options),
        month=options.month - 1,
        seed=options.seed,
        outages=outages,
        slo=tuple(options.slo),
        parameters=parameters,
    )


def _limits(region: str, texts: Sequence[str]) -> AccountLimits:
    raised = {}
    for name, value in named_values(texts, "--quota", "states.start-rate=500").items():
        try:
            raised[name] = float(value)
        except ValueError as error:
            raise PlanError(f"--quota {name}={value} is no number: give one") from error
    return AccountLimits.of(region, read_quotas().raised(raised))


def _check_region(region: str) -> None:
    """Refuse what is no Region: AWS's own list comes with its client."""
    import botocore.session

    session = botocore.session.get_session()
    known = [
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("lambda", partition)
    ]
    if region not in known:
        near = get_close_matches(region, known, n=1, cutoff=0.0)
        raise PlanError(f"--region {region} is none of AWS's: did you mean {near[0]}?")


def _kept(options: PlanOptions) -> Kept:
    if options.month < 1:
        raise PlanError(f"--month {options.month} is before the first: give 1 or more")
    if options.archive_months is None:
        return Kept(month=options.month - 1)
    if not 0 < options.archive_months < float("inf"):
        raise PlanError(f"--archive-months {options.archive_months:g}: give a number above 0")
    return Kept(archive_months=options.archive_months, month=options.month - 1)


def _retries(workload: Workload) -> RetryFromStart | None:
    retries = workload.retries
    if retries.attempts == 1:
        return None
    return RetryFromStart(
        first_s=retries.backoff_s,
        backoff=retries.backoff_factor,
        attempts=retries.attempts - 1,
    )


def _start_s(workload: Workload, period_s: float) -> float:
    """Return when to begin, so that what is busiest lies in the middle of less than a day."""
    if isinstance(workload.rate, Trace) or period_s >= DAY_S:
        return 0.0
    bursts = workload.bursts
    if isinstance(workload.rate, DiurnalRate):
        return (workload.rate.peak_hour * 3_600 - period_s / 2) % DAY_S
    if bursts is None:
        return 0.0
    return (bursts.first_s - min(period_s, bursts.every_s) / 2) % bursts.every_s
