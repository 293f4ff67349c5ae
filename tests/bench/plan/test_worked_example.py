"""docs/capacity-planning.md against what its command prints."""

import re
import shlex
from pathlib import Path

from sim.stack.checkout import ROOT
from tests.bench.command_line.in_process import firstwrite

PAGE = (ROOT / "docs" / "capacity-planning.md").read_text(encoding="utf-8")


def test_the_worked_example_prints_what_the_page_quotes(tmp_path: Path):
    (command,) = re.findall(r"^\$ firstwrite (.+)$", PAGE, flags=re.MULTILINE)
    result = firstwrite(tmp_path, {"COLUMNS": "100"}, *shlex.split(command))
    assert result.code == 0
    printed = "\n".join(line.rstrip() for line in result.stdout.splitlines())
    quoted = re.findall(r"```text\n(.+?)\n```", PAGE, flags=re.DOTALL)
    assert len(quoted) == 7
    for block in quoted:
        assert block in printed


def test_what_the_page_says_in_words_is_what_it_quotes():
    answer = " ".join(re.findall(r"```text\n(.+?)\n```", PAGE, flags=re.DOTALL)[0].split())
    assert "the cache is full after 3 min" in answer
    p50_ms = [int(each) for each in re.findall(r"(\d+) ms at p50", answer)]
    assert f"faster for the sender by {p50_ms[1] - p50_ms[0]} ms at p50" in " ".join(PAGE.split())
    (dearer,) = re.findall(r"S3-first is \$([\d,]+)", answer)
    assert f"costs {dearer} dollars a month more" in " ".join(PAGE.split())
