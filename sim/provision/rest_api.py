"""REST APIs: stages, keys, usage plans, and the routes that functions add to them."""

import secrets
import string
from collections.abc import Mapping
from typing import Any, Final

from sim.errors import TemplateError
from sim.gateway import Cors, RestApi, Route, UsagePlan
from sim.provision.target import PhysicalResource
from sim.provision.types import Creator, StackScope
from sim.template import Resource, resolve

IMPLICIT_API: Final = "ServerlessRestApi"
"""The API that SAM makes for events without one, with the stage Prod. Source: SAM Developer Guide,
"Generated resources"."""

_LOWER: Final = string.ascii_lowercase + string.digits


def _api(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    where = f"{stack.template.path.name}:{resource.line}"
    return create_api(stack, resource.logical_id, properties, where)


def create_api(
    stack: StackScope, logical_id: str, properties: Mapping[str, Any], where: str
) -> PhysicalResource:
    """Create an API from SAM's (resolved) properties, and what SAM generates with it.

    Raises
    ------
    TemplateError
        When another API has the same stage name, or a property's value is not understood.
    """
    auth = properties.get("Auth", {})
    api = RestApi(
        api_id=_random(_LOWER, 10),
        stage=str(properties["StageName"]),
        usage_plan=_usage_plan(auth.get("UsagePlan", {})),
        binary_media_types=tuple(
            str(each).replace("~1", "/") for each in properties.get("BinaryMediaTypes", ())
        ),
        cors=_cors(properties.get("Cors")),
        access_log_format=properties.get("AccessLogSetting", {}).get("Format"),
        stage_variables={n: str(v) for n, v in properties.get("Variables", {}).items()},
    )
    if is_true(auth.get("ApiKeyRequired", False)):
        key_id = _random(_LOWER, 10)
        api.api_keys[_random(string.ascii_letters + string.digits, 40)] = key_id
        # The ids that SAM gives what it generates: SAM Developer Guide, "Generated resources".
        key = PhysicalResource(ref=key_id, attributes={"APIKeyId": key_id})
        for generated_id in (f"{logical_id}ApiKey", f"{logical_id}.ApiKey"):
            stack.generate(generated_id, key)
    for suffix in ("Stage", f"{api.stage}Stage", "UsagePlan", "UsagePlanKey", "Deployment"):
        ref = api.stage if suffix.endswith("Stage") else _random(_LOWER, 6)
        stack.generate(f"{logical_id}{suffix}", PhysicalResource(ref=ref))
        stack.generate(f"{logical_id}.{suffix}", PhysicalResource(ref=ref))
    if api.stage in stack.target.apis:
        raise TemplateError(
            f"{where}: two APIs have the stage {api.stage}.",
            "Give each a stage of its own: the stage tells them apart here.",
        )
    stack.target.apis[api.stage] = api
    return PhysicalResource(ref=api.api_id, attributes={"RootResourceId": _random(_LOWER, 10)})


def add_route(stack: StackScope, event: Mapping[str, Any], function_name: str, where: str) -> None:
    """Add the route of a function's event of type Api to the API that it names.

    Raises
    ------
    TemplateError
        When it names none that exists.
    """
    wanted = event.get("RestApiId") or stack.reference(IMPLICIT_API)
    api = next((each for each in stack.target.apis.values() if each.api_id == wanted), None)
    if api is None:
        raise TemplateError(
            f"{where} names no API.", "Set its RestApiId to an AWS::Serverless::Api."
        )
    own = event.get("Auth", {}).get("ApiKeyRequired")
    required = own if own is not None else bool(api.api_keys)
    api.routes.append(
        Route(
            method=str(event["Method"]).upper(),
            resource=str(event["Path"]),
            function_name=function_name,
            api_key_required=is_true(required),
        )
    )


def is_true(value: Any) -> bool:
    """Return whether a template's value, which may be text, says true."""
    return value is True or str(value).lower() == "true"


def _usage_plan(given: Mapping[str, Any]) -> UsagePlan:
    throttle, quota = given.get("Throttle", {}), given.get("Quota", {})
    return UsagePlan(
        rate_per_s=float(throttle["RateLimit"]) if "RateLimit" in throttle else None,
        burst=int(throttle["BurstLimit"]) if "BurstLimit" in throttle else None,
        quota=int(quota["Limit"]) if "Limit" in quota else None,
        period=quota.get("Period", "MONTH"),
    )


def _cors(given: Any) -> Cors | None:
    if given is None:
        return None
    if isinstance(given, str):
        return Cors(allow_origin=_unquoted(given) or "*")
    return Cors(
        allow_origin=_unquoted(given.get("AllowOrigin")) or "*",
        allow_methods=_unquoted(given.get("AllowMethods")),
        allow_headers=_unquoted(given.get("AllowHeaders")),
        max_age=_unquoted(given.get("MaxAge")),
        allow_credentials=is_true(given.get("AllowCredentials", False)),
    )


def _unquoted(value: Any) -> str | None:
    """Undo the quotes within the quotes that SAM asks for."""
    return None if value is None else str(value).strip("'")


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


CREATORS: Final[dict[str, Creator]] = {"AWS::Serverless::Api": _api}
