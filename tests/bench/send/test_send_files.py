"""`firstwrite send` with real files on a real stack."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot
from PIL import Image

pytestmark = pytest.mark.integration


def send(
    folder: Path, environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.command_line", "send", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    jpeg, pdf, text = tmp_path / "scan.jpg", tmp_path / "page.pdf", tmp_path / "trail.txt"
    pixels = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(jpeg, quality=90)
    figure = pyplot.figure()
    figure.text(0.1, 0.5, "An audited page")
    figure.savefig(pdf)
    pyplot.close(figure)
    words = random.Random(2)
    content = "".join(
        f"{number} transferred {words.random():.12f} · geprüft ✓\n" for number in range(120_000)
    )
    text.write_bytes(content.encode()[: 4 * 1024 * 1024])
    assert text.stat().st_size == 4 * 1024 * 1024
    return [jpeg, pdf, text]


@pytest.mark.parametrize("strategy", ["redis", "s3"])
def test_a_jpeg_a_pdf_and_a_4_mb_text_are_archived_byte_for_byte(
    tmp_path, files, program_environment, strategy
):
    assert files[0].read_bytes()[:2] == b"\xff\xd8"
    assert files[1].read_bytes()[:5] == b"%PDF-"
    done = send(
        tmp_path,
        program_environment,
        *(str(file) for file in files),
        "--strategy",
        strategy,
        "--save-to",
        "archived",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for file in files:
        assert (tmp_path / "archived" / file.name).read_bytes() == file.read_bytes()
        assert file.name in done.stdout
    for part in ("s3://", "dynamodb://", "payload-store", "start-execution", "remainder", "total"):
        assert part in done.stdout
    assert not list((tmp_path / ".firstwrite").glob("run-*"))


def test_a_file_over_lambda_s_limit_is_refused_with_the_limit(tmp_path, program_environment):
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(5_000_000))
    done = send(tmp_path, program_environment, str(large))
    assert done.returncode == 2
    assert "large.bin is too large" in done.stderr
    assert "6,291,456" in done.stderr
