"""Where the project's own files are: the template and what the emulator is built from."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout; firstwrite runs from one, because the pipeline and its locks are part of it."""

TEMPLATE = ROOT / "pipeline" / "template.yaml"
LOCALSTACK_FOLDER = ROOT / "localstack"
HOST_MODE_FOLDER = ROOT / ".localstack"
