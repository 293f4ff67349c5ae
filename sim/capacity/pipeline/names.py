"""The names of the pipeline's resources, marks and reasons, as a plan shows them."""

from typing import Final

from sim.capacity.design import Role

USAGE_PLAN: Final = "usage plan"
GATEWAY: Final = "API Gateway requests"
LAMBDA_REQUESTS: Final = "Lambda requests"
CACHE_THREAD: Final = "cache thread"
CACHE_IN: Final = "cache network in"
CACHE_OUT: Final = "cache network out"
CACHE_MEMORY: Final = "cache memory"
ARCHIVE_PUTS: Final = "archive PUT requests"
STARTS: Final = "StartExecution"
TRANSITIONS: Final = "StateTransition"
PUBLISHES: Final = "SNS Publish"
TABLE_WRITES: Final = "table writes"

RECEIPT: Final = "receipt"
COMPLETE: Final = "complete"

OVER_USAGE_PLAN: Final = "429 over the usage plan"
OVER_GATEWAY: Final = "429 over the account's requests"
NO_ENVIRONMENT: Final = "500 no execution environment"
CACHE_FULL: Final = "503 cache is full"
CACHE_DOWN: Final = "503 cache is down"
PUT_REFUSED: Final = "503 archive PUT refused"
START_REFUSED: Final = "503 StartExecution refused"
TASK_GIVEN_UP: Final = "task given up"


def environments(role: Role) -> str:
    """Return the name of a function's pool of environments."""
    return f"{role} environments"
