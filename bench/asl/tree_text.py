"""A history's tree on the terminal."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text
from rich.tree import Tree

from bench.asl.history_tree import HistoryTree, Lane, Outcome, Visit
from bench.duration import duration_text

_SIGNS: Final[dict[Outcome, tuple[str, str]]] = {
    "running": ("…", "yellow"),
    "succeeded": ("✓", "green"),
    "caught": ("↷", "yellow"),
    "failed": ("✗", "bold red"),
    "aborted": ("■", "magenta"),
}
_SHOWN_LANES: Final = 12
"""Iterations of a Map state that are shown; of more, those that failed and the first."""

_LONGEST_CAUSE: Final = 200


def elapsed_text(seconds: float) -> str:
    """Write how long something took.

    Examples
    --------
    >>> elapsed_text(0.0123)
    '12.3 ms'
    """
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else duration_text(seconds)


def drawn(tree: HistoryTree, name: str, now_s: float | None = None) -> Tree:
    """Draw a tree.

    Parameters
    ----------
    name
        What its root is called.
    now_s
        Until when what still runs has taken; until the last event unless given.
    """
    now_s = now_s if now_s is not None else tree.last_s or 0.0
    root = tree.root
    line = Text(name, style="bold")
    line.append(f"  {tree.status}", style=_SIGNS[root.outcome][1])
    if root.started_s is not None:
        line.append(f"  {elapsed_text((root.ended_s or now_s) - root.started_s)}", style="dim")
    shown = Tree(line, guide_style="dim")
    _add_visits(shown, root.visits, now_s)
    return shown


def _add_visits(branch: Tree, visits: Sequence[Visit], now_s: float) -> None:
    for visit in visits:
        node = branch.add(_visit_line(visit, now_s))
        _add_lanes(node, visit, now_s)


def _add_lanes(node: Tree, visit: Visit, now_s: float) -> None:
    noun = "iteration" if visit.kind == "Map" else "branch"
    shown = visit.lanes
    if len(shown) > _SHOWN_LANES:
        failed = [lane for lane in shown if lane.outcome in {"failed", "aborted"}]
        chosen = {id(lane) for lane in (*failed[: _SHOWN_LANES - 3], *shown[:3])}
        shown = [lane for lane in shown if id(lane) in chosen]
    for lane in shown:
        _add_visits(node.add(_lane_line(lane, noun, now_s)), lane.visits, now_s)
    hidden = len(visit.lanes) - len(shown)
    if hidden:
        done = sum(lane.outcome == "succeeded" for lane in visit.lanes)
        node.add(Text(f"{hidden} more; {done} of {len(visit.lanes)} succeeded", style="dim"))


def _lane_line(lane: Lane, noun: str, now_s: float) -> Text:
    number = lane.index if noun == "iteration" else lane.index + 1
    line = Text(f"{noun} {number}", style="cyan")
    if lane.started_s is not None:
        line.append(f"  {elapsed_text(_ended_s(lane, now_s) - lane.started_s)}", style="dim")
    return line


def _ended_s(lane: Lane, now_s: float) -> float:
    """Return when a lane ended; a branch has no event of its own for that."""
    if lane.ended_s is not None:
        return lane.ended_s
    left_s = [now_s if visit.left_s is None else visit.left_s for visit in lane.visits]
    return max(left_s, default=now_s)


def _visit_line(visit: Visit, now_s: float) -> Text:
    sign, style = _SIGNS[visit.outcome]
    line = Text(f"{sign} ", style=style)
    line.append(visit.name, style="bold")
    line.append(f"  {visit.kind}", style="dim")
    taken_s = (visit.left_s if visit.left_s is not None else now_s) - visit.entered_s
    line.append(f"  {elapsed_text(taken_s)}", style="default" if taken_s else "dim")
    if visit.attempts > 1:
        line.append(f"  {visit.attempts} attempts", style="yellow")
    if visit.error and visit.outcome in {"caught", "failed", "running"}:
        cause = " ".join(visit.cause.split())
        cause = cause if len(cause) <= _LONGEST_CAUSE else f"{cause[:_LONGEST_CAUSE]}…"
        line.append(f"  {visit.error}{': ' if cause else ''}{cause}", style=style)
    return line
