"""`make validate-plan`: whether the capacity model predicts what is measured on this machine.

The model is fitted on raw runs at two rates and two sizes of each strategy, and then predicts
others. Not for AWS: there the same model takes its times from a latency profile.
"""
