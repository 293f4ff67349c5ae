"""Something is done after a module's first import, and nothing is imported for it."""

import sys

import pytest

from sim.latency.worker.after_import import after_import


def module(tmp_path, monkeypatch, name):
    (tmp_path / f"{name}.py").write_text("VALUE = 7\n")
    monkeypatch.syspath_prepend(tmp_path)


def test_it_is_done_once_when_the_module_has_been_imported(tmp_path, monkeypatch):
    module(tmp_path, monkeypatch, "imported_later")
    done = []
    after_import("imported_later", lambda: done.append(sys.modules["imported_later"].VALUE))
    assert "imported_later" not in sys.modules
    assert done == []
    for _ in range(2):
        __import__("imported_later")
    assert done == [7]


def test_it_is_done_at_once_for_a_module_that_is_there():
    done = []
    after_import("json", lambda: done.append(True))
    assert done == [True]


def test_a_module_that_does_not_exist_is_still_missed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    after_import("imported_never", lambda: None)
    with pytest.raises(ModuleNotFoundError, match="imported_never"):
        __import__("imported_never")
