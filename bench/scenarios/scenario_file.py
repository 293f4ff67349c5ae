"""Scenarios as TOML files: the ones that come with firstwrite, and those that users write.

description = "…"
repetitions = 4                    # how often all blocks are gone through
order = "randomised"               # or "abba"
model = "open"                     # or "closed", with process = "closed", users and think_s
floor_requests = 6                 # of each floor block; 0 leaves floors out
in_flight_limit = 512              # beyond it, due requests are dropped and counted

[strategies]                       # blocks of each in a repetition
redis-first = 1
s3-first = 1

[slo]                              # limits on the wait for the receipt, in ms
p95_ms = 500

[load.steady]                      # one table for each load, with a name of its own
requests = 60                      # or duration_s
warm_up = 10
arrivals = { process = "poisson", rate_per_s = 3 }
sizes = { "256 KB" = 3, "1 MB" = 1 }
kinds = { image = 1, json = 1, binary = 1 }

Instead of its own arrivals, sizes and kinds, a load may have tables `[load.NAME.tenant.TENANT]`
with these three.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from bench.load import (
    KINDS,
    ORDERS,
    USUAL_KINDS,
    BlockLoad,
    Blocks,
    Design,
    Kind,
    Order,
    PlanError,
    Stream,
    body_bytes_of,
)
from bench.load.block_order import check_order
from bench.scenarios.arrivals_table import read_arrivals
from bench.scenarios.scenario import OBJECTIVES, Scenario, ScenarioError
from sim.toml_file import CheckedTable, overridden, read_document

FOLDER: Final = Path(__file__).parent
DEFAULT: Final = "sizes"
_EVENT_BYTES: Final = 6_291_456
"""No size is above Lambda's event; how much of it a body may be, the deployment says later."""
_STREAM: Final = ("arrivals", "sizes", "kinds")


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with firstwrite, the default first."""
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return [DEFAULT, *(name for name in found if name != DEFAULT)]


def scenario_path(name_or_path: str) -> Path:
    """Return the file of a scenario by its name, or a user's own.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    if name_or_path in scenario_names():
        return FOLDER / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        return path
    raise ScenarioError(
        f"there is no scenario {name_or_path}: take one of {', '.join(scenario_names())}, or the"
        " path of a .toml file"
    )


def load_scenario(name_or_path: str = DEFAULT, overrides: Sequence[str] = ()) -> Scenario:
    """Return a scenario, with `overrides` of the form `dotted.path=value`.

    Raises
    ------
    ScenarioError
        Naming the file, the key and the reason.
    """
    path = scenario_path(name_or_path)
    document = overridden(read_document(path, ScenarioError), overrides, ScenarioError)
    table = CheckedTable(document, path.name, ScenarioError)
    table.only("description", "repetitions", "order", "model", "floor_requests", "in_flight_limit",
               "strategies", "slo", "load")  # fmt: skip
    loads = tuple(_load(name, each, path.parent) for name, each in table.table("load").tables())
    if not loads:
        raise table.error("load", "is missing; write a table [load.NAME]")
    model = table.choice("model", ("open", "closed"), "open")
    if any((load.closed is None) == (model == "closed") for load in loads):
        raise table.error("model", f'is {model!r}; it is "closed" where process is, and only there')
    return Scenario(
        name=path.stem,
        description=" ".join(table.text("description").split()),
        loads=loads,
        design=_design(table),
        in_flight_limit=table.whole("in_flight_limit", 512, least=1),
        objectives=_objectives(table.table("slo")),
        overrides=tuple(overrides),
    )


def _design(table: CheckedTable) -> Design:
    strategies = table.table("strategies")
    strategies.only("redis-first", "s3-first")
    blocks = cast("Blocks", {key: strategies.whole(key) for key in strategies.content})
    order = cast("Order", table.choice("order", ORDERS))
    try:
        check_order(order, blocks)
    except PlanError as error:
        raise table.error("strategies", f"cannot be: {error}") from error
    return Design(
        rounds=table.whole("repetitions", least=1),
        order=order,
        blocks=blocks,
        floor_requests=table.whole("floor_requests", 0),
    )


def _objectives(table: CheckedTable) -> dict[str, float]:
    table.only(*OBJECTIVES)
    return {key: table.number(key) for key in table.content}


def _load(name: str, table: CheckedTable, beside: Path) -> BlockLoad:
    ends = ("requests", "duration_s", "warm_up")
    if "tenant" in table.content:
        table.only(*ends, "tenant")
        tenants = table.table("tenant").tables()
        streams = tuple(_stream(each, beside, tenant) for tenant, each in tenants)
    else:
        table.only(*ends, *_STREAM)
        streams = (_stream(table, beside, tenant=""),)
    try:
        return BlockLoad(
            label=name,
            streams=streams,
            requests=table.whole("requests", least=1) if "requests" in table.content else None,
            duration_s=table.number("duration_s") if "duration_s" in table.content else None,
            warm_up=table.whole("warm_up", 0),
        )
    except PlanError as error:
        raise ScenarioError(f"{table.file}: {table.path} cannot be: {error}") from error


def _stream(table: CheckedTable, beside: Path, tenant: str) -> Stream:
    if tenant:
        table.only(*_STREAM)
    if "arrivals" not in table.content:
        raise table.error("arrivals", 'is missing; write { process = "poisson", rate_per_s = 3 }')
    sizes = table.table("sizes")
    weights = sizes.weights()
    for size in weights:
        try:
            body_bytes_of(size, _EVENT_BYTES)
        except PlanError as error:
            raise sizes.error(size, f"cannot be: {error}") from error
    kinds = table.table("kinds")
    kinds.only(*KINDS)
    return Stream(
        arrivals=read_arrivals(table.table("arrivals"), beside),
        sizes=weights,
        kinds=cast("dict[Kind, float]", kinds.weights()) if kinds.content else USUAL_KINDS,
        tenant=tenant,
    )
