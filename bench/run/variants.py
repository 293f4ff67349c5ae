"""The other worlds that a run's answer is held against: profiles, slopes, networks."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bench.statistics.robustness import Variant
from sim.latency import OperationModel, load_profile, network_of, profile_names
from sim.latency.network import PRESETS
from sim.latency.shaping import CachePlacement, Shaping, shaping_of

SLOPE_FACTOR: Final = 3.0
"""The softest numbers are varied so far, up and down. Source: reference figures, section 11."""

_REDIS: Final = ("elasticache.SET", "elasticache.GET", "elasticache.tls")
_GATEWAY: Final = ("apigateway.request", "lambda.Invoke")
_S3: Final = ("s3.PutObject", "s3.GetObject")


def variants_of(shaping: Shaping) -> tuple[Variant, ...]:
    """Return the variants of a run under *shaping*, the run itself first."""
    return (
        Variant("as measured", shaping.profile, shaping),
        *_profiles(shaping),
        *_slopes(shaping),
        *_networks(shaping),
    )


def _profiles(shaping: Shaping) -> Iterator[Variant]:
    for name in profile_names():
        if name not in {"raw", shaping.profile}:
            other = shaping_of(
                load_profile(name),
                seed=shaping.seed,
                sender=shaping.sender,
                cache_placement=shaping.cache_placement,
            )
            yield Variant("profile", name, other)


def _slopes(shaping: Shaping) -> Iterator[Variant]:
    for what, operations in (("Redis", _REDIS), ("gateway", _GATEWAY), ("S3", _S3)):
        for sign, factor in (("x", SLOPE_FACTOR), ("/", 1 / SLOPE_FACTOR)):
            name = f"{what} time per MB {sign} {SLOPE_FACTOR:g}"
            yield Variant("slope", name, _sloped(shaping, operations, factor))
    elsewhere: CachePlacement = "cross-az" if shaping.cache_placement == "same-az" else "same-az"
    yield Variant("slope", f"cache {elsewhere}", replace(shaping, cache_placement=elsewhere))


def _sloped(shaping: Shaping, operations: tuple[str, ...], factor: float) -> Shaping:
    changed = {
        name: _with_slope(model, factor) if name in operations else model
        for name, model in shaping.operations.items()
    }
    return replace(shaping, operations=changed)


def _with_slope(model: OperationModel, factor: float) -> OperationModel:
    return replace(
        model, ms_per_mb=model.ms_per_mb * factor, ms_per_mb_p99=model.ms_per_mb_p99 * factor
    )


def _networks(shaping: Shaping) -> Iterator[Variant]:
    for name in PRESETS:
        network = network_of(name)
        if name != "none" and network != shaping.sender:
            yield Variant("network", name, replace(shaping, sender=network))
