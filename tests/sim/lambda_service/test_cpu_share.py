"""The processor by memory: the kernel's quota, and the statement where there is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import StackError
from sim.lambda_service.cpu_share import PERIOD_US, find_cpu_controller, quota_of


def controller_or_none():
    try:
        return find_cpu_controller()
    except StackError:
        return None


@given(st.integers(min_value=128, max_value=10_240))
def test_the_quota_is_the_memorys_share_of_a_vcpu(memory_mb):
    assert quota_of(memory_mb) / PERIOD_US == pytest.approx(memory_mb / 1769, abs=0.001)


def test_without_control_groups_it_is_said_with_the_mend(tmp_path):
    with pytest.raises(StackError, match="Leave --cpu-share out"):
        find_cpu_controller(tmp_path)


@pytest.mark.processes
@pytest.mark.skipif(controller_or_none() is None, reason="no control groups for this user")
def test_a_quarter_of_a_vcpu_gets_a_quarter_of_the_time_and_leaves_no_group(running):
    controller = controller_or_none()
    before = set(controller.folder.iterdir())
    service = running(cpu=controller)
    for name, memory_mb in (("quarter", 442), ("whole", 1769)):
        service.create(name, "handlers.turn", memory_mb=memory_mb)
    used_s = {}
    for name in ("quarter", "whole"):
        taken = []
        for _ in range(2):  # the time of the first includes the init's
            answer = service.client.invoke(FunctionName=name, Payload=b"1")
            taken.append(json.loads(answer["Payload"].read()))
        used_s[name] = taken[1] - taken[0]
    assert used_s["quarter"] < 0.30
    assert used_s["quarter"] < 0.6 * used_s["whole"]
    service.run(service.service.close())
    assert set(controller.folder.iterdir()) <= before
