"""Results in other programs' forms: JUnit XML, Markdown, CSV, Parquet, one JSON object."""

from bench.export.junit import junit_xml
from bench.export.junit_document import JUnitCase, junit_document
from bench.export.run_json import run_json
from bench.export.run_markdown import run_markdown
from bench.export.table_file import Table, table_csv, table_parquet

__all__ = [
    "JUnitCase",
    "Table",
    "junit_document",
    "junit_xml",
    "run_json",
    "run_markdown",
    "table_csv",
    "table_parquet",
]
