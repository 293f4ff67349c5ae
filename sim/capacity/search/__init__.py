"""What to buy: the cheapest configuration that meets service level objectives, and why.

Not for what a single configuration does under a load: that is an `Answer`.
"""
