"""Load, collection, statistics and reports: what measures a deployed pipeline."""
