"""Pictures hold everything, nothing lies upon anything, and names may be anything."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.asl.drawing import svg
from bench.asl.drawing.layers import Link, layered
from bench.asl.drawing.layout import Laid, laid_out
from bench.asl.machine_graph import condition_text, graph_of
from bench.asl.mermaid import mermaid
from tests.bench.asl.definitions import ORDER, machine, passing

ARCHIVE = json.loads(
    (Path(__file__).parents[3] / "statemachine" / "message_archive.asl.json").read_text()
)


A_NULL = {"Variable": "$.a", "IsNull": True}


@st.composite
def machines(draw, depth=2):
    """Any states that lead anywhere, back and to themselves too, boxes within boxes."""
    names = [f"S{number}" for number in range(draw(st.integers(1, 7)))]
    states = {}
    for name in names:
        target = st.sampled_from(names)
        kinds = ["Pass", "Choice", "Succeed", "Fail"] + (["Parallel", "Map"] if depth else [])
        kind = draw(st.sampled_from(kinds))
        if kind == "Choice":
            rules = [
                {"Variable": "$.x" * draw(st.integers(1, 9)), "IsNull": True, "Next": draw(target)}
                for _ in range(draw(st.integers(1, 4)))
            ]
            states[name] = {"Type": kind, "Choices": rules, "Default": draw(target)}
            continue
        states[name] = {"Type": kind}
        if kind in {"Succeed", "Fail"}:
            continue
        states[name] |= {"Next": draw(target)} if draw(st.booleans()) else {"End": True}
        if kind == "Parallel":
            states[name]["Branches"] = draw(st.lists(machines(depth - 1), min_size=1, max_size=3))
            states[name]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": draw(target)}]
        elif kind == "Map":
            states[name]["ItemProcessor"] = draw(machines(depth - 1))
    return machine(names[0], **states)


def overlap(one, other):
    return (
        one.x < other.x + other.width - 0.01
        and other.x < one.x + one.width - 0.01
        and one.y < other.y + other.height - 0.01
        and other.y < one.y + one.height - 0.01
    )


def check(laid: Laid) -> None:
    boxes = list(laid.boxes.values())
    for place, box in enumerate(boxes):
        assert box.x >= -0.01
        assert box.y >= -0.01
        assert box.x + box.width <= laid.width + 0.01
        assert box.y + box.height <= laid.height + 0.01
        assert not any(overlap(box, other) for other in boxes[place + 1 :])
        for x, y, inner in box.inner:
            assert x + inner.width < box.width
            assert y + inner.height < box.height
            check(inner)
    drawn = [route.edge for route in laid.routes]
    assert all(edge in drawn for edge in laid.group.edges)
    for route in laid.routes:
        start, end = laid.boxes[route.edge.start], laid.boxes[route.edge.end]
        for (x, y), box in ((route.points[0], start), (route.points[-1], end)):
            assert box.x - 0.01 <= x <= box.x + box.width + 0.01
            assert box.y - 0.01 <= y <= box.y + box.height + 0.01


@given(machines())
@settings(max_examples=60, deadline=None)
def test_nothing_lies_upon_anything_and_edges_meet_their_states(definition):
    check(laid_out(graph_of(definition), ends=True))


@given(machines())
@settings(max_examples=20, deadline=None)
def test_every_state_is_in_both_pictures(definition):
    graph = graph_of(definition)
    ElementTree.fromstring(svg(graph, "t"))  # noqa: S314 - our own
    text = mermaid(graph)
    assert text.count("subgraph") == text.count("end\n")


@pytest.mark.parametrize("definition", [ORDER, ARCHIVE])
def test_names_conditions_and_errors_can_be_read(definition):
    graph = graph_of(definition)
    drawn, text = svg(graph, "order"), mermaid(graph)
    for name in definition["States"]:
        assert f">{name}<" in drawn
        assert f'"{name}' in text
    assert "States.ALL" in drawn
    assert "default" in text


def test_an_edge_past_a_row_keeps_clear_of_the_states_there():
    laid = laid_out(graph_of(ARCHIVE), ends=True)
    for route in laid.routes:
        for (x0, y0), (x1, y1) in zip(route.points, route.points[1:], strict=False):
            if abs(x0 - x1) > 0.01:
                continue
            for box in laid.boxes.values():
                within = box.x < x0 < box.x + box.width
                assert not (within and min(y0, y1) < box.y and max(y0, y1) > box.y + box.height)


@pytest.mark.parametrize("name", ['<"&>', "end", "a|b", "x" * 80, "été → ☃", "#quot;"])
def test_a_name_may_be_anything(name):
    graph = graph_of(machine(name, **{name: passing()}))
    root = ElementTree.fromstring(svg(graph, name))  # noqa: S314 - our own
    assert name in "".join(root.itertext())
    (line,) = [each for each in mermaid(graph).splitlines() if each.strip().startswith("s1(")]
    assert line.count('"') == 2


def test_the_same_definition_gives_the_same_picture():
    assert svg(graph_of(ARCHIVE), "a") == svg(graph_of(ARCHIVE), "a")


def test_a_loop_is_turned_and_the_rest_leads_down():
    layers = layered(3, [Link(0, 1), Link(1, 2), Link(2, 0)], 0)
    assert layers.turned == [False, False, True]
    rows = {each: index for index, row in enumerate(layers.rows) for each in row}
    assert rows[0] < rows[1] < rows[2]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"Variable": "$.n", "NumericGreaterThanEquals": 3}, "$.n ≥ 3"),
        ({"Variable": "$.n", "StringEqualsPath": "$.m"}, "$.n = $.m"),
        ({"Variable": "$.n", "StringMatches": "a*"}, '$.n matches "a*"'),
        ({"Variable": "$.n", "IsPresent": False}, "$.n is not present"),
        ({"Not": {"Variable": "$.n", "BooleanEquals": True}}, "not $.n = true"),
        (
            {"Or": [{"And": [A_NULL, A_NULL]}, {"Variable": "$.b", "IsString": True}]},
            "($.a is null and $.a is null) or $.b is string",
        ),
        ({"Condition": "{% $x > 3 %}"}, "$x > 3"),
    ],
)
def test_conditions_are_written_as_people_say_them(rule, text):
    assert condition_text({**rule, "Next": "A"}) == text
