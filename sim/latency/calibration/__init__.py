"""A latency profile from samples of one's own: the fit, how well it fits, and the file.

Not for the execution environments, nor for a run: this needs SciPy.
"""

from sim.latency.calibration.fit import MINIMUM_IN_TAIL, OperationFit, fit_operation
from sim.latency.calibration.profile_writer import profile_text

__all__ = ["MINIMUM_IN_TAIL", "OperationFit", "fit_operation", "profile_text"]
