"""Creating what a template describes: in the emulators through boto3, and in sim's own services.

Not for starting emulators: `sim.stack` does.
"""

from sim.provision.stack import provision
from sim.provision.target import Cache, Target

__all__ = ["Cache", "Target", "provision"]
