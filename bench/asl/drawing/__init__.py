"""Pictures of definitions: a layered layout of our own, since no Graphviz has to be installed."""

from bench.asl.drawing.svg import svg

__all__ = ["svg"]
