"""A definition's graph as a Mermaid flowchart, which GitHub and many editors draw."""

from collections.abc import Iterator
from typing import Final

from bench.asl.machine_graph import Edge, Group, Node

_SHAPES: Final = {
    "Choice": ("{", "}"),
    "Wait": ("([", "])"),
    "Succeed": ("((", "))"),
    "Fail": ("((", "))"),
    "Pass": ("(", ")"),
}
_CLASSES: Final = (
    "classDef choice fill:#fff7e0,stroke:#b7791f",
    "classDef fail fill:#fdecea,stroke:#b3261e",
    "classDef succeed fill:#e7f6ec,stroke:#1b7f4b",
    "classDef ends stroke-width:3px",
)


def mermaid(group: Group) -> str:
    """Write a graph as Mermaid text."""
    writer = _Writer()
    lines = ["flowchart TD", "    start([Start])", *writer.group(group, 1)]
    lines.append(f"    start --> {writer.id_of(group.start_at)}")
    return "\n".join([*lines, *(f"    {each}" for each in _CLASSES), ""])


class _Writer:
    """Names of states may hold anything, so each gets an identifier."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def id_of(self, name: str) -> str:
        return self._ids.setdefault(name, f"s{len(self._ids) + 1}")

    def group(self, group: Group, depth: int) -> Iterator[str]:
        indent = "    " * depth
        for node in group.nodes.values():
            yield from self._node(node, depth)
        for edge in group.edges:
            yield f"{indent}{self._edge(edge)}"

    def _node(self, node: Node, depth: int) -> Iterator[str]:
        indent, own = "    " * depth, self.id_of(node.name)
        if not node.groups:
            opening, closing = _SHAPES.get(node.kind, ("[", "]"))
            note = f"<br><small>{_text(node.note)}</small>" if node.note else ""
            kind = _class(node)
            yield f'{indent}{own}{opening}"{_text(node.name)}{note}"{closing}{kind}'
            return
        yield f'{indent}subgraph {own}["{_text(f"{node.name} ({node.kind})")}"]'
        for place, inner in enumerate(node.groups, 1):
            if node.kind == "Parallel":
                yield f'{indent}    subgraph {own}b{place}["{_text(inner.label)}"]'
                yield from self.group(inner, depth + 2)
                yield f"{indent}    end"
            else:
                yield from self.group(inner, depth + 1)
        yield f"{indent}end"

    def _edge(self, edge: Edge) -> str:
        arrow = "-.->" if edge.kind == "catch" else "-->"
        label = f'|"{_text(edge.label)}"|' if edge.label else ""
        return f"{self.id_of(edge.start)} {arrow}{label} {self.id_of(edge.end)}"


def _class(node: Node) -> str:
    if node.kind in {"Choice", "Fail", "Succeed"}:
        return f":::{node.kind.lower()}"
    return ":::ends" if node.ends else ""


def _text(text: str) -> str:
    """Escape what ends a quoted text in Mermaid."""
    for character, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(character, entity)
    return text
