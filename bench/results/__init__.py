"""Results folders: what a run leaves behind, and under which conditions it ran.

Nothing here computes a figure or draws one.
"""

from bench.results.errors import (
    DiskFullError,
    ResultsError,
    ResultsNameError,
    ResultsReadError,
    ResultsWriteError,
    SchemaVersionError,
)
from bench.results.folder import (
    Results,
    SaturationFiles,
    check_name,
    is_saturation,
    list_results,
    replace_report,
    write_results,
    write_saturation,
)
from bench.results.machine import Machine, describe_machine
from bench.results.provenance import GitRevision, git_revision, package_versions, template_sha256
from bench.results.reading import (
    Documents,
    SaturationDocuments,
    load_documents,
    load_results,
    load_saturation,
    read_table,
)
from bench.results.redaction import Redaction, redaction_of_this_machine
from bench.results.run_facts import run_facts

__all__ = [
    "DiskFullError",
    "Documents",
    "GitRevision",
    "Machine",
    "Redaction",
    "Results",
    "ResultsError",
    "ResultsNameError",
    "ResultsReadError",
    "ResultsWriteError",
    "SaturationDocuments",
    "SaturationFiles",
    "SchemaVersionError",
    "check_name",
    "describe_machine",
    "git_revision",
    "is_saturation",
    "list_results",
    "load_documents",
    "load_results",
    "load_saturation",
    "package_versions",
    "read_table",
    "redaction_of_this_machine",
    "replace_report",
    "run_facts",
    "template_sha256",
    "write_results",
    "write_saturation",
]
