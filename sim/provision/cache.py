"""The cache and its secret: the local Redis or Valkey stands in for ElastiCache.

The server has a password before the template is read. Where a replication group's `AuthToken` is
taken from a secret, that secret is made to hold the server's password, so that a function which
reads the secret can log in.
"""

import re
import secrets
import string
from typing import Any, Final

import orjson

from sim.errors import TemplateError
from sim.provision.target import PhysicalResource, physical_name
from sim.provision.types import Creator, StackScope
from sim.template import Resource, resolve

_DYNAMIC_SECRET = re.compile(
    r"^\{\{resolve:secretsmanager:(?P<id>.+?):SecretString:(?P<key>[^:}]+)"
)


def _secret(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    name = properties.get("Name") or physical_name(stack.name, resource.logical_id)
    text = properties.get("SecretString")
    if text is None:
        text = _generated(properties.get("GenerateSecretString", {}))
    arn = stack.target.client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"]
    return PhysicalResource(ref=arn, attributes={"Id": arn})


def _generated(rule: dict[str, Any]) -> str:
    """Return a generated secret. Source: CloudFormation, `GenerateSecretString`."""
    excluded = set(str(rule.get("ExcludeCharacters", "")))
    if rule.get("ExcludePunctuation"):
        excluded |= set(string.punctuation)
    alphabet = [c for c in string.ascii_letters + string.digits + "!#$%&()*+" if c not in excluded]
    password = "".join(secrets.choice(alphabet) for _ in range(int(rule.get("PasswordLength", 32))))
    if "GenerateStringKey" not in rule:
        return password
    holder = orjson.loads(rule.get("SecretStringTemplate", "{}"))
    return orjson.dumps({**holder, rule["GenerateStringKey"]: password}).decode()


def _replication_group(stack: StackScope, resource: Resource) -> PhysicalResource:
    properties = resolve(resource.properties, stack)
    cache = stack.target.cache
    if str(properties.get("TransitEncryptionEnabled", "false")).lower() == "true":
        raise TemplateError(
            f"{stack.template.path.name}:{resource.line}: {resource.logical_id} asks for TLS, "
            "which the local cache does not speak.",
            "Set TransitEncryptionEnabled from a parameter.",
        )
    match = _DYNAMIC_SECRET.match(str(properties.get("AuthToken", "")))
    if match:
        secrets_manager = stack.target.client("secretsmanager")
        held = orjson.loads(secrets_manager.get_secret_value(SecretId=match["id"])["SecretString"])
        secrets_manager.put_secret_value(
            SecretId=match["id"],
            SecretString=orjson.dumps({**held, match["key"]: cache.password}).decode(),
        )
    address = {
        f"{endpoint}.{part}": value
        for endpoint in ("PrimaryEndPoint", "ReaderEndPoint", "ConfigurationEndPoint")
        for part, value in (("Address", cache.host), ("Port", str(cache.port)))
    }
    return PhysicalResource(
        ref=physical_name(stack.name, resource.logical_id, lower=True), attributes=address
    )


CREATORS: Final[dict[str, Creator]] = {
    "AWS::SecretsManager::Secret": _secret,
    "AWS::ElastiCache::ReplicationGroup": _replication_group,
}
