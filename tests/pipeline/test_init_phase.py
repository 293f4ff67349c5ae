"""What a handler module does when Lambda loads it: clients are made, nothing is called."""

import os
import subprocess
import sys
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "pipeline" / "functions"
VARIABLES = {
    "AWS_LAMBDA_FUNCTION_NAME": "a-function",
    "AWS_DEFAULT_REGION": "eu-central-1",
    # Nothing listens there: a call in the init phase would fail.
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "ARCHIVE_BUCKET": "archive",
    "FAILURE_BUCKET": "failure",
    "METADATA_TABLE": "metadata",
    "INGEST_DEAD_LETTER_QUEUE_URL": "http://127.0.0.1:1/queue",
    "STATE_MACHINE_ARN": "arn",
    "INGEST_FAILURE_FUNCTION": "ingest-failure",
    "PAYLOAD_STORE": "s3",
}


def load(variables):
    code = (
        "import sys, ingest, ingest_failure, archive, metadata, aggregate\n"
        "print('redis' in sys.modules, ingest._ingest.cache_info().currsize)"
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=FUNCTIONS,
        env={**own, **variables, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_clients_are_made_and_s3_first_does_not_load_redis():
    loaded = load(VARIABLES)
    assert loaded.stdout.split() == ["False", "1"], loaded.stderr


def test_variable_that_is_missing_fails_the_init_phase_by_name():
    missing = {name: value for name, value in VARIABLES.items() if name != "STATE_MACHINE_ARN"}
    loaded = load(missing)
    assert loaded.returncode != 0
    assert "ConfigurationError: STATE_MACHINE_ARN is not set" in loaded.stderr
