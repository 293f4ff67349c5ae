"""The query language JSONata, as Step Functions has it: expressions, templates, AWS's functions."""

from statemachine.jsonata.expression import Expression, compile_expression, is_expression
from statemachine.jsonata.static_analysis import JsonataSyntaxError
from statemachine.jsonata.template import filled, template_problems

__all__ = [
    "Expression",
    "JsonataSyntaxError",
    "compile_expression",
    "filled",
    "is_expression",
    "template_problems",
]
