"""The load generator alone, at the rates that it is for, against a server that only reads."""
