"""Distributed Map states: items from storage, child executions, results to storage."""
