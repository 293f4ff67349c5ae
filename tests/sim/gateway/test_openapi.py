"""Generated requests against the API's own document: no answer is an unexpected 5xx."""

from pathlib import Path

import hypothesis
import pytest
import schemathesis
import yaml
from schemathesis import GenerationMode

from sim.stack import Deployment

pytestmark = pytest.mark.integration

DOCUMENT = Path(__file__).parents[3] / "pipeline" / "openapi.yaml"
EXAMPLES = 40


def operations() -> list[str]:
    return list(yaml.safe_load(DOCUMENT.read_text())["paths"])


def test_the_document_has_the_routes_of_the_template(deployment: Deployment):
    deployed = {
        deployment.outputs[name].split("/v1", 1)[1] for name in ("RedisFirstUrl", "S3FirstUrl")
    }
    assert deployed == set(operations())


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", operations())
def test_generated_requests_are_answered_as_documented(deployment: Deployment, path, mode):
    schema = schemathesis.openapi.from_dict(yaml.safe_load(DOCUMENT.read_text()))
    base = deployment.outputs["RedisFirstUrl"].rsplit("/", 1)[0]
    seen: list[int] = []

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=schema[path]["POST"].as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        answer = case.call(base_url=base, headers={"x-api-key": deployment.api_key})
        seen.append(answer.status_code)
        assert answer.status_code in {200, 400, 403, 413}, answer.text
        if answer.status_code == 200:
            assert answer.json()["messageID"]
        if answer.status_code == 400:
            assert answer.json()["field"]

    send()
    # What is generated wrong is now the body, now the key.
    assert set(seen) & ({200} if mode is GenerationMode.POSITIVE else {400, 403})
