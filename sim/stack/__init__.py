"""The local stack: which servers run, how they are started, watched and stopped.

Not for what runs on them: `sim.server` provisions the template once they answer.
"""

from sim.stack.deployment import Deployment
from sim.stack.supervisor import StackSettings, Supervisor

__all__ = ["Deployment", "StackSettings", "Supervisor"]
