"""Running an execution: states one after another and at the same time, and what they do to data."""
