"""The capacity model: what a deployment carries, what breaks first, and what it costs."""
