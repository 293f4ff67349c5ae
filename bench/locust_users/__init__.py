"""What `bench/locustfile.py` offers Locust: users by hand, and plans on one process or several.

Beside `bench.load`, not in it, since a scenario is read here; importing these modules imports
Locust, which patches the standard library for gevent.
"""
