"""Operations of Step Functions that are not served: versions, aliases and tags."""

from typing import Final

UNSUPPORTED: Final = {
    "CreateStateMachineAlias": "aliases",
    "DeleteStateMachineAlias": "aliases",
    "DescribeStateMachineAlias": "aliases",
    "ListStateMachineAliases": "aliases",
    "UpdateStateMachineAlias": "aliases",
    "DeleteStateMachineVersion": "versions",
    "ListStateMachineVersions": "versions",
    "PublishStateMachineVersion": "versions",
    "ListTagsForResource": "tags",
    "TagResource": "tags",
    "UntagResource": "tags",
}
"""Each with what it is about; answered as AWS answers an operation that a service has not."""
