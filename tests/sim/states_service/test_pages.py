"""Lists come in pages of any size, and a token is good for its own list alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.states_service.page import MAX_PAGE_BYTES, TOKEN_LIFE_S, page
from sim.states_service.refusal import Refusal


def pages(items, size, key=None, **arguments):
    """Return all pages of a list, as a client that follows the tokens gets them."""
    found, token = [], None
    while True:
        given_ = {"maxResults": size, **arguments} | ({"nextToken": token} if token else {})
        content, token = page(items, given_, key)
        found.append(content)
        if token is None:
            return found


@given(st.integers(0, 60), st.integers(1, 25))
def test_any_size_of_page_gives_the_same_list(length, size):
    items = list(range(length))
    found = pages(items, size)
    assert [item for content in found for item in content] == items
    assert all(len(content) == size for content in found[:-1])
    assert len(found) == max(1, -(-length // size))


@given(st.lists(st.integers(0, 1_000), unique=True, max_size=40), st.integers(1, 7), st.data())
def test_what_comes_in_front_between_two_pages_moves_nothing(numbers, size, data):
    newest_first = sorted(numbers, reverse=True)
    seen, token, newest = [], None, 1_000
    while True:
        content, token = page(
            newest_first,
            {"maxResults": size} | ({"nextToken": token} if token else {}),
            lambda number: -number,
        )
        seen += content
        if token is None:
            break
        if data.draw(st.booleans()):
            newest += 1
            newest_first.insert(0, newest)
    assert seen == sorted(numbers, reverse=True)


@given(st.lists(st.integers(1, 3 * MAX_PAGE_BYTES // 2), min_size=1, max_size=20))
def test_a_page_of_heavy_items_ends_early_and_holds_at_least_one(weights):
    seen, token = [], None
    while True:
        given_ = {"nextToken": token} if token else {}
        content, token = page(list(enumerate(weights)), given_, weigh=lambda item: item[1])
        assert content
        assert len(content) == 1 or sum(weight for _, weight in content) <= MAX_PAGE_BYTES
        seen += [number for number, _ in content]
        if token is None:
            break
    assert seen == list(range(len(weights)))


def test_no_size_or_zero_is_a_hundred():
    items = list(range(150))
    assert len(page(items, {})[0]) == len(page(items, {"maxResults": 0})[0]) == 100


def test_a_token_is_good_for_the_same_arguments_and_a_day():
    items, now_s = list(range(10)), [0.0]
    _, token = page(items, {"maxResults": 4, "arn": "a"}, now=lambda: now_s[0])
    assert token is not None
    other = {"arn": "b", "nextToken": token}
    with pytest.raises(Refusal, match="Invalid token") as refused:
        page(items, other, now=lambda: now_s[0])
    assert refused.value.code == "InvalidToken"
    same = {"arn": "a", "nextToken": token, "maxResults": 3}
    now_s[0] = TOKEN_LIFE_S - 1
    assert page(items, same, now=lambda: now_s[0])[0] == [4, 5, 6]
    now_s[0] = TOKEN_LIFE_S + 1
    with pytest.raises(Refusal) as refused:
        page(items, same, now=lambda: now_s[0])
    assert refused.value.code == "InvalidToken"


@settings(max_examples=50)
@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=80))
def test_a_token_that_was_never_given_out_is_refused(token):
    with pytest.raises(Refusal) as refused:
        page([1, 2], {"nextToken": token})
    assert refused.value.code == "InvalidToken"


def test_lists_over_the_api_come_in_pages(client, create, ended):
    machine = create({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    arns = [client.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(5)]
    for arn in arns:
        ended(arn)
    for size in (1, 2, 5, 1000):
        found = client.get_paginator("list_executions").paginate(
            stateMachineArn=machine, PaginationConfig={"PageSize": size}
        )
        assert [item["executionArn"] for part in found for item in part["executions"]] == arns[::-1]
    for reverse in (False, True):
        history = client.get_paginator("get_execution_history").paginate(
            executionArn=arns[0], reverseOrder=reverse, PaginationConfig={"PageSize": 3}
        )
        ids = [[event["id"] for event in part["events"]] for part in history]
        assert ids == ([[4, 3, 2], [1]] if reverse else [[1, 2, 3], [4]])
    machines = client.get_paginator("list_state_machines").paginate(
        PaginationConfig={"PageSize": 1}
    )
    listed = [item["stateMachineArn"] for part in machines for item in part["stateMachines"]]
    assert machine in listed
    assert len(listed) == len(set(listed))


def test_a_history_without_data_has_neither_input_nor_output(client, create, ended):
    machine = create({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    arn = client.start_execution(stateMachineArn=machine, input='{"a": 1}')["executionArn"]
    ended(arn)
    whole = client.get_execution_history(executionArn=arn)["events"]
    bare = client.get_execution_history(executionArn=arn, includeExecutionData=False)["events"]
    assert "input" in whole[0]["executionStartedEventDetails"]
    details = [
        member for event in bare for name, member in event.items() if name.endswith("Details")
    ]
    assert details
    assert not any({"input", "output"} & set(member) for member in details)
