"""The pipeline's errors, in one tree.

PipelineError
├── ConfigurationError            an environment variable is missing or wrong
├── InvalidMessageError           the sender's request: answered with 400
├── IngestStepError               storing or starting failed: answered with 5xx
│   ├── PayloadNotStoredError
│   └── ExecutionNotStartedError
├── FailureNotRecordedError       the raw record could not be handed to ingest_failure
├── CacheSecretError              the cache's secret cannot be read
├── InvalidFailureRequestError    ingest_failure got something other than ingest's hand-over
├── InvalidExecutionInputError    a state machine's task got input of another shape
├── PayloadExpiredError           the cache no longer holds the payload
├── PayloadMismatchError          the cache holds other bytes than were acknowledged
├── ArchiveObjectMissingError     the archive does not hold the object
├── ArchiveMismatchError          the archive holds other bytes than were acknowledged
├── MetadataConflictError         the table holds another message under the same messageID
├── MetadataRowMissingError       there is no row to complete
└── BranchIncompleteError         a branch of the state machine did not deliver

Step Functions sees the class name as the error name: Retry and Catch in
message_archive.asl.json match on it.
"""


class PipelineError(Exception):
    """Base of every error that the pipeline raises itself."""


class ConfigurationError(PipelineError):
    """An environment variable is missing or has no usable value."""


class InvalidMessageError(PipelineError):
    """The sender's request cannot be accepted.

    Parameters
    ----------
    field
        JSON path or header name, cut to a length that is fit for an answer and a log line.
    problem
        What is wrong and what is expected. Never holds the sender's values.
    named_by_sender
        True for a field that the service does not know: its name is the sender's content.
    """

    def __init__(self, field: str, problem: str, *, named_by_sender: bool = False) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem
        self._named_by_sender = named_by_sender

    @property
    def log_field(self) -> str:
        """The field as it may be logged: a name of the sender's own is left out."""
        return "(named by the sender)" if self._named_by_sender else self.field


class IngestStepError(PipelineError):
    """A step after validation failed, so no receipt may be given.

    Parameters
    ----------
    reason
        What the service said, without any of the message's content.
    unavailable
        True when the same request may succeed later (time-out, throttling, 5xx).
    """

    step = ""

    def __init__(self, reason: str, *, unavailable: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unavailable = unavailable


class PayloadNotStoredError(IngestStepError):
    """The payload store did not confirm the payload."""

    step = "payload-store"


class ExecutionNotStartedError(IngestStepError):
    """Step Functions did not confirm the start. It may have started all the same."""

    step = "start-execution"


class FailureNotRecordedError(PipelineError):
    """ingest_failure could not be reached, or failed itself."""


class InvalidFailureRequestError(PipelineError):
    """What ingest_failure was invoked with is not ingest's hand-over."""


class CacheSecretError(PipelineError):
    """The secret cannot be read, or does not hold a `password`."""


class InvalidExecutionInputError(PipelineError):
    """The task's input lacks a field, or has it in another type."""


class PayloadExpiredError(PipelineError):
    """The cache no longer holds the payload, and neither does the archive."""


class PayloadMismatchError(PipelineError):
    """The cache's bytes are not those that were acknowledged."""


class ArchiveObjectMissingError(PipelineError):
    """The archive bucket has no object under the expected key."""


class ArchiveMismatchError(PipelineError):
    """The archived object's size or SHA-256 is not that of the acknowledged payload."""


class MetadataConflictError(PipelineError):
    """The row under this messageID belongs to another payload."""


class MetadataRowMissingError(PipelineError):
    """The row that aggregate should complete does not exist, or is another payload's."""


class BranchIncompleteError(PipelineError):
    """A branch's result is missing, or names something other than this message."""
