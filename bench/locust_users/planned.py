"""The users that stand for a plan: one is Locust's sign that a plan is being carried out.

They send nothing themselves. In an open model nobody waits for an answer before the next request
leaves, so the requests are no user's: see `bench.load.planned_run`.
"""

import gevent
from locust import User, task

_TURN_S = 0.5


class _PlanUser(User):
    abstract = True
    fixed_count = 1

    @task
    def be_there(self) -> None:
        """Let the plan be carried out."""
        gevent.sleep(_TURN_S)


class PlannedUser(_PlanUser):
    """Carries out the plan of `--plan`, once."""


class ScenarioUser(_PlanUser):
    """Carries out a new plan of `--scenario` at each start."""
