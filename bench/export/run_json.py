"""The JSON files of a results folder as one object."""

import json

from bench.results import Documents


def run_json(documents: Documents) -> bytes:
    """Give the object: ``summary``, ``run`` and ``verification`` as in SCHEMA.md."""
    content = {
        "name": documents.name,
        "summary": documents.summary,
        "run": documents.run,
        "verification": documents.verification,
    }
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
