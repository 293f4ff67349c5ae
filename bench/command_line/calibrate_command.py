"""`firstwrite calibrate`: a latency profile of one's own, fitted to one's own samples."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.command_line.calibration_samples import Measurement, read_csv, read_run
from bench.command_line.progress_display import ProgressDisplay
from bench.errors import MendableError
from bench.report.plots.calibration_plot import calibration_plot
from sim.errors import ProfileError
from sim.latency import OperationModel, Profile, load_profile, profile_names
from sim.latency.calibration import OperationFit, fit_operation
from sim.latency.calibration.profile_writer import profile_text
from sim.latency.operation_model import MB_BYTES
from sim.latency.profile import Origin

_UNKNOWN = "unknown"
_SPREAD = "ms_per_mb_p99"
_SEPARATE_PARTS = ("elasticache.tls", "elasticache.cross-az")


@dataclass(frozen=True, slots=True)
class CalibrateOptions:
    """What is fitted to what, and where it goes: the options of the same names."""

    run: Path | None
    csv: Path | None
    output: Path
    extends: str = "aws-typical"
    region: str | None = None
    plot: Path | None = None
    allow_local: bool = False


def run_calibrate(
    options: CalibrateOptions, output: Console, errors: Console, today: date | None = None
) -> int:
    """Fit, write the profile and the picture, and print the table; return the exit code.

    Raises
    ------
    MendableError
        When an option, a file or a sample has to be mended, or nothing could be fitted.
    ProfileError
        When the profile to extend cannot be read.
    """
    _check_output(options)
    base = load_profile(options.extends)
    measurement = _read(options, errors)
    fits, left_out = _fit(measurement, base, errors)
    if not fits:
        raise MendableError(" ".join(left_out))
    origin = Origin(
        source="",
        date=measurement.date or (today or datetime.now(UTC).date()).isoformat(),
        region=options.region or measurement.region or _UNKNOWN,
        confidence="calibrated",
    )
    source = f"{measurement.source} (local)" if measurement.local else measurement.source
    text = profile_text(
        _description(fits, source),
        _extends_beside(options.extends, options.output),
        dict(_parameters(fits, source, base.name, origin)),
    )
    _write(options.output, text.encode())
    _print(fits, left_out, base, output)
    output.print(f"Written: {options.output}", highlight=False, soft_wrap=True)
    if options.plot is not None:
        pairs = [(fit, measurement.calls[fit.operation]) for fit in fits]
        subtitle = f"{source}, {origin.region}, {origin.date}"
        _write(options.plot, calibration_plot(pairs, subtitle))
        output.print(f"Plotted: {options.plot}", highlight=False, soft_wrap=True)
    return 0


def _check_output(options: CalibrateOptions) -> None:
    if (options.run is None) == (options.csv is None):
        raise MendableError("one source is fitted at a time: give either --run or --csv")
    path = options.output
    if path.suffix != ".toml" or path.stem in profile_names():
        raise MendableError(
            f"--output {path.name} can be no profile of your own: give a .toml file whose name is "
            f"none of {', '.join(profile_names())}"
        )
    for each in (path, options.plot):
        if each is not None and not each.parent.is_dir():
            raise MendableError(f"the folder of {each.name} does not exist: make it first")
    if path.exists():
        raise MendableError(f"{path.name} exists: give another --output, or remove it")


def _read(options: CalibrateOptions, errors: Console) -> Measurement:
    if options.csv is not None:
        return read_csv(options.csv)
    if options.run is None:
        raise MendableError("nothing to fit to: give --run or --csv")
    measurement = read_run(options.run)
    if measurement.local:
        problem = f"{measurement.source} {measurement.local}: its latencies are not AWS's"
        if not options.allow_local:
            raise MendableError(f"{problem}; give a run against AWS, or --allow-local")
        errors.print(f"Warning: {problem}.", highlight=False, soft_wrap=True)
    return measurement


def _fit(
    measurement: Measurement, base: Profile, errors: Console
) -> tuple[list[OperationFit], list[str]]:
    """Return the fits, and why the other operations have none."""
    fits, left_out = [], []
    with ProgressDisplay(errors) as display:
        for operation, calls in measurement.calls.items():
            display.phase(f"Fitting {operation} to {len(calls.latency_ms):,} samples")
            inherited = base.operations.get(operation, OperationModel())
            try:
                fits.append(fit_operation(operation, calls.latency_ms, calls.body_bytes, inherited))
            except ProfileError as error:
                left_out.append(str(error))
    return fits, left_out


def _parameters(
    fits: Sequence[OperationFit], source: str, base_name: str, origin: Origin
) -> Iterator[tuple[tuple[str, str], tuple[float, Origin]]]:
    for fit in fits:
        calibrated = Origin(
            f"{source}, {fit.samples} samples", origin.date, origin.region, origin.confidence
        )
        kept = f"median of {source}, spread of {base_name}: too few large samples"
        judged = Origin(kept, origin.date, origin.region, "judgement")
        for name in fit.model.__slots__:
            if name in fit.fitted:
                yield (fit.operation, name), (getattr(fit.model, name), calibrated)
            elif name == _SPREAD and "ms_per_mb" in fit.fitted:
                yield (fit.operation, name), (fit.model.ms_per_mb_p99, judged)


def _description(fits: Sequence[OperationFit], source: str) -> str:
    seen = "; ".join(f"{fit.operation}: {fit.samples} samples of {_sizes(fit)}" for fit in fits)
    return f"Fitted to {source}. Sizes seen, beyond which it extrapolates: {seen}."


def _extends_beside(extends: str, output: Path) -> str:
    # A file's `extends` is read beside the file, an option's in the working folder.
    if extends in profile_names():
        return extends
    return os.path.relpath(extends, output.parent)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise MendableError(
            f"{path.name} cannot be written ({error.strerror}): give another path"
        ) from error


def _print(
    fits: Sequence[OperationFit], left_out: Sequence[str], base: Profile, output: Console
) -> None:
    table = Table("operation", "samples", "sizes seen")
    for column in ("median", "p99", "ms per MB", "its p99", "tail share", "factor", "KS distance"):
        table.add_column(column, justify="right")
    table.add_column("p value", justify="right")
    for fit in fits:
        whole = fit.goodness.whole
        table.add_row(
            fit.operation,
            f"{fit.samples:,}",
            _sizes(fit),
            *_numbers(fit),
            f"{whole.distance:.4f} of {whole.critical:.4f}",
            f"{whole.p_value:.2g}",
        )
    output.print(table)
    output.print(
        f"Milliseconds; 1 MB is 1,000,000 bytes; in brackets what is inherited from {base.name}. "
        "Kolmogorov-Smirnov distance of the largest that is chance at 1 %; as the model was "
        "fitted to the same samples, the p value is an upper bound.",
        soft_wrap=True,
        highlight=False,
    )
    for line in (*_remarks(fits), *(f"Left out: {reason}" for reason in left_out)):
        output.print(line, soft_wrap=True, highlight=False, markup=False)


def _numbers(fit: OperationFit) -> Iterator[str]:
    for name in fit.model.__slots__:
        value = f"{getattr(fit.model, name):.4g}"
        yield value if name in fit.fitted else f"({value})"


def _remarks(fits: Sequence[OperationFit]) -> Iterator[str]:
    for fit in fits:
        yield f"{fit.operation} {fit.goodness.verdict()}."
        yield from (f"  {note}" for note in fit.notes)
        if fit.operation.startswith("elasticache.") and fit.operation not in _SEPARATE_PARTS:
            yield (
                "  If the cache was spoken to over TLS or in another Availability Zone, these "
                f"numbers hold that already: set {' and '.join(_SEPARATE_PARTS)} to 0 in the "
                "profile, which a run adds."
            )


def _sizes(fit: OperationFit) -> str:
    low, high = fit.smallest_bytes / MB_BYTES, fit.largest_bytes / MB_BYTES
    if fit.largest_bytes == 0:
        return "no body"
    return f"{high:.3g} MB" if low == high else f"{low:.3g} to {high:.3g} MB"
