"""A local Step Functions: executions of `statemachine`'s interpreter behind AWS's own JSON API.

Not for the language: `statemachine` knows that, and nothing of AWS.
"""

from sim.states_service.api import states_api_handler
from sim.states_service.integrations import AwsTaskInvoker
from sim.states_service.s3_storage import S3Storage
from sim.states_service.service import StatesService

__all__ = ["AwsTaskInvoker", "S3Storage", "StatesService", "states_api_handler"]
