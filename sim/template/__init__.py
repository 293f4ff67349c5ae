"""Reading a SAM template: the YAML of CloudFormation, and its intrinsic functions.

Not for creating anything: `sim.provision` does, and hands the physical ids back in.
"""

from sim.template.document import Resource, Template, load_template
from sim.template.intrinsics import Scope, resolve
from sim.template.parameters import parameter_values

__all__ = ["Resource", "Scope", "Template", "load_template", "parameter_values", "resolve"]
