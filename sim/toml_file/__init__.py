"""Files that users write in TOML: read, changed by dotted path, and checked key by key.

Not for what a key means: that is said by the package whose file it is, as is the exception.
"""

from sim.toml_file.checked_table import CheckedTable
from sim.toml_file.document import read_document
from sim.toml_file.overrides import overridden

__all__ = ["CheckedTable", "overridden", "read_document"]
