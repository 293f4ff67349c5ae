"""The local AWS around the pipeline: gateway, Lambda, Step Functions and the stack they run on.

Not for measuring anything: that is `bench`, which sees this package only through a `Deployment`.
"""
