"""What Task states call: Lambda functions, other executions, and other services through boto3."""

from sim.states_service.integrations.invoker import AwsTaskInvoker

__all__ = ["AwsTaskInvoker"]
