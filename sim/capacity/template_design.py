"""A design read from the SAM template, the only description of what is deployed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from sim.capacity.design import (
    ROLES,
    STRATEGIES,
    ApiDesign,
    Architecture,
    CacheDesign,
    Design,
    Engine,
    FunctionDesign,
    Role,
    Strategy,
)
from sim.errors import TemplateError
from sim.template import Resource, Template, load_template, parameter_values, resolve

_STORES: Final[Mapping[str, Strategy]] = {"redis": "redis-first", "s3": "s3-first"}
"""Value of an ingest function's PAYLOAD_STORE."""

_NESTED: Final = "AWS::CloudFormation::Stack"
_FUNCTION: Final = "AWS::Serverless::Function"
_REPLICATION_GROUP: Final = "AWS::ElastiCache::ReplicationGroup"
_ENDPOINT: Final = "AWS::EC2::VPCEndpoint"
_SUBNET: Final = "AWS::EC2::Subnet"
_API: Final = "AWS::Serverless::Api"
_LOG_GROUP: Final = "AWS::Logs::LogGroup"
_PARAMETER_GROUP: Final = "AWS::ElastiCache::ParameterGroup"


def template_design(path: Path, parameters: Mapping[str, Any] | None = None) -> Design:
    """Read what a template deploys; nested stacks are read with it.

    Parameters
    ----------
    parameters
        Values of the template's parameters; its defaults fill the rest.

    Raises
    ------
    TemplateError
        When it cannot be read, has no such parameter, or lacks a part of the pipeline.
    """
    template = load_template(path)
    unknown = (parameters or {}).keys() - template.parameters.keys()
    if unknown:
        raise TemplateError(
            f"{path.name} has no parameter {', '.join(sorted(unknown))}.",
            f"It has: {', '.join(sorted(template.parameters))}.",
        )
    found = list(_resources(template, parameters or {}))
    of_type: dict[str, list[dict[str, Any]]] = {}
    for resource, properties in found:
        of_type.setdefault(resource.type, []).append(properties)
    functions = _functions(path, of_type.get(_FUNCTION, []))
    ingest = [each for each in of_type.get(_FUNCTION, []) if _variables(each).get("CACHE_TLS")]
    return Design(
        functions=functions,
        cache=_cache(path, of_type, ingest),
        api=_api(of_type.get(_API, [])),
        interface_endpoints=sum(
            each.get("VpcEndpointType") == "Interface" for each in of_type.get(_ENDPOINT, [])
        ),
        zones=max(1, len(of_type.get(_SUBNET, []))),
        log_retention_days=min(
            (int(each["RetentionInDays"]) for each in of_type.get(_LOG_GROUP, [])), default=30
        ),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """The scope of a template that nothing is created from: a resource stands for its own name."""

    template: Template
    parameters: Mapping[str, Any]

    def reference(self, name: str) -> Any:
        return self.parameters.get(name, name)

    def attribute(self, logical_id: str, name: str) -> Any:
        return f"{logical_id}.{name}"

    def condition(self, name: str) -> bool:
        return bool(resolve(self.template.conditions[name], self))

    def mapping(self, name: str, key: str, second_key: str) -> Any:
        return self.template.mappings[name][key][second_key]


def _resources(
    template: Template, parameters: Mapping[str, Any]
) -> Iterator[tuple[Resource, dict[str, Any]]]:
    names = _Names(template, parameter_values(template, parameters))
    for resource in template.resources.values():
        if resource.condition is not None and not names.condition(resource.condition):
            continue
        properties = resolve(
            {key: item for key, item in resource.properties.items() if key != "Policies"}, names
        )
        if resource.type == _NESTED:
            nested = load_template(template.folder / str(properties["TemplateURL"]))
            yield from _resources(nested, properties.get("Parameters", {}))
        else:
            yield resource, properties


def _variables(function: Mapping[str, Any]) -> Mapping[str, Any]:
    variables: Mapping[str, Any] = function.get("Environment", {}).get("Variables", {})
    return variables


def _functions(
    path: Path, functions: list[dict[str, Any]]
) -> dict[tuple[Strategy, Role], FunctionDesign]:
    found: dict[tuple[Strategy, Role], FunctionDesign] = {}
    for properties in functions:
        role = str(properties["Handler"]).split(".")[0]
        if role not in ROLES:
            continue
        store = _variables(properties).get("PAYLOAD_STORE")
        strategies = STRATEGIES if role != "ingest" else (_STORES[str(store)],)
        reserved = properties.get("ReservedConcurrentExecutions")
        design = FunctionDesign(
            # Defaults: Lambda API Reference, CreateFunction.
            memory_mb=int(properties.get("MemorySize", 128)),
            timeout_s=float(properties.get("Timeout", 3)),
            architecture=cast("Architecture", (properties.get("Architectures") or ["x86_64"])[0]),
            reserved_concurrency=None if reserved is None else int(reserved),
        )
        for strategy in strategies:
            found[strategy, role] = design
    for strategy in STRATEGIES:
        for role in ROLES:
            if (strategy, role) not in found:
                raise TemplateError(
                    f"{path.name} has no function with the handler {role}.handler for {strategy}.",
                    "A plan is made for the pipeline's own template, with its parameters changed.",
                )
    return found


def _cache(
    path: Path, of_type: Mapping[str, list[dict[str, Any]]], users: list[dict[str, Any]]
) -> CacheDesign:
    groups = of_type.get(_REPLICATION_GROUP, [])
    if len(groups) != 1:
        raise TemplateError(
            f"{path.name} has {len(groups)} ElastiCache replication groups.",
            "A plan needs the one that Redis-first writes to.",
        )
    group = groups[0]
    shards = int(group.get("NumNodeGroups", 1))
    clusters = int(group.get("NumCacheClusters", shards))
    replicas = int(group.get("ReplicasPerNodeGroup", clusters // shards - 1))
    policies = [
        str(each.get("Properties", {}).get("maxmemory-policy", "volatile-lru"))
        for each in of_type.get(_PARAMETER_GROUP, [])
    ]
    lifetimes = [
        float(each) for user in users if (each := _variables(user).get("CACHE_TTL_SECONDS"))
    ]
    if not lifetimes:
        raise TemplateError(
            f"{path.name}: no function that uses the cache has CACHE_TTL_SECONDS.", "Give it one."
        )
    return CacheDesign(
        node_type=str(group["CacheNodeType"]),
        engine=cast("Engine", str(group.get("Engine", "redis"))),
        shards=shards,
        replicas=replicas,
        time_to_live_s=max(lifetimes),
        evicts=any(policy != "noeviction" for policy in policies) or not policies,
        tls=str(group.get("TransitEncryptionEnabled", False)).lower() == "true",
    )


def _api(apis: list[dict[str, Any]]) -> ApiDesign:
    plan = (apis[0] if apis else {}).get("Auth", {}).get("UsagePlan", {})
    throttle, quota = plan.get("Throttle", {}), plan.get("Quota", {})

    def number(value: Any) -> float | None:
        return None if value is None else float(value)

    burst, limit = number(throttle.get("BurstLimit")), number(quota.get("Limit"))
    return ApiDesign(
        rate_per_s=number(throttle.get("RateLimit")),
        burst=None if burst is None else int(burst),
        quota_per_month=int(limit) if limit and quota.get("Period") == "MONTH" else None,
    )
