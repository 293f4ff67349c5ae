"""The service integrations that Step Functions is optimised for, with their patterns.

Source: Step Functions Developer Guide, "Integrating optimized services with Step Functions", and
the page of each service.
"""

from collections.abc import Mapping
from typing import Final

REQUEST_RESPONSE: Final = ""
RUN_A_JOB: Final = "sync"
RUN_A_JOB_JSON: Final = "sync:2"
WAIT_FOR_TASK_TOKEN: Final = "waitForTaskToken"  # noqa: S105 - a pattern's name

_ONCE: Final = (REQUEST_RESPONSE,)
_JOB: Final = (REQUEST_RESPONSE, RUN_A_JOB)
_CALLBACK: Final = (REQUEST_RESPONSE, WAIT_FOR_TASK_TOKEN)

SDK_PATTERNS: Final = _CALLBACK
"""Patterns of `aws-sdk:service:action`. Source: "Learning to use AWS service SDK integrations"."""

_ACTIONS: Final[Mapping[str, Mapping[tuple[str, ...], str]]] = {
    "apigateway": {_CALLBACK: "invoke"},
    "athena": {
        _JOB: "startQueryExecution",
        _ONCE: "getQueryExecution getQueryResults stopQueryExecution",
    },
    "batch": {_JOB: "submitJob"},
    "bedrock": {_JOB: "createModelCustomizationJob", _ONCE: "invokeModel"},
    "codebuild": {
        _JOB: "retryBuildBatch startBuild startBuildBatch",
        _ONCE: "batchDeleteBuilds batchGetReports deleteBuildBatch stopBuild stopBuildBatch",
    },
    "databrew": {_JOB: "startJobRun"},
    "dynamodb": {_ONCE: "deleteItem getItem putItem updateItem"},
    "ecs": {(REQUEST_RESPONSE, RUN_A_JOB, WAIT_FOR_TASK_TOKEN): "runTask"},
    "eks": {
        _JOB: "createCluster createFargateProfile createNodegroup deleteCluster "
        "deleteFargateProfile deleteNodegroup runJob",
        _ONCE: "call",
    },
    "elasticmapreduce": {
        _JOB: "addStep createCluster terminateCluster",
        _ONCE: "cancelStep modifyInstanceFleetByName modifyInstanceGroupByName "
        "setClusterTerminationProtection",
    },
    "emr-containers": {_JOB: "deleteVirtualCluster startJobRun", _ONCE: "createVirtualCluster"},
    "emr-serverless": {
        _JOB: "cancelJobRun createApplication deleteApplication startApplication startJobRun "
        "stopApplication"
    },
    "events": {_CALLBACK: "putEvents"},
    "glue": {_JOB: "startJobRun"},
    "http": {_ONCE: "invoke"},
    "lambda": {_CALLBACK: "invoke"},
    "mediaconvert": {_JOB: "createJob"},
    "sagemaker": {
        _JOB: "createHyperParameterTuningJob createLabelingJob createProcessingJob "
        "createTrainingJob createTransformJob",
        _ONCE: "createEndpoint createEndpointConfig createModel updateEndpoint",
    },
    "sns": {_CALLBACK: "publish"},
    "sqs": {_CALLBACK: "sendMessage"},
    "states": {
        (REQUEST_RESPONSE, RUN_A_JOB, RUN_A_JOB_JSON, WAIT_FOR_TASK_TOKEN): "startExecution"
    },
}

PATTERNS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    (service, action): patterns
    for service, actions in _ACTIONS.items()
    for patterns, names in actions.items()
    for action in names.split()
}
"""Service and action → the patterns that it can be called with."""
