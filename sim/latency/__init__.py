"""Latency profiles: how long a remote call takes on AWS, from published figures.

Not for applying them to calls: this package is numbers in, numbers out.
"""

from sim.latency.draw import Draw, draw_of
from sim.latency.network import Network, network_of
from sim.latency.operation_model import OperationModel
from sim.latency.profile import Profile
from sim.latency.profile_file import load_profile, profile_names

__all__ = [
    "Draw",
    "Network",
    "OperationModel",
    "Profile",
    "draw_of",
    "load_profile",
    "network_of",
    "profile_names",
]
