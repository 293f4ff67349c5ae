"""How fast the capacity engine is, against its targets and against the same network in SimPy."""
