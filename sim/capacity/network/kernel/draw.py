"""Draws without a state: a hash of seed, message, step and occurrence, turned into a time.

A message thereby meets the same luck at a step of the same name whatever happens around it, and in
whichever network.
"""

import math
from typing import Final

import numpy as np

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.compiled import compiled
from sim.capacity.network.kernel.records import Records, Scalar

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_STEP: Final = 2.0**-52

# Coefficients of AS 241's six polynomials, highest power first.
_NEAR_TOP: Final = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
_NEAR_LOW: Final = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
_FAR_TOP: Final = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
_FAR_LOW: Final = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
_FARTHEST_TOP: Final = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
_FARTHEST_LOW: Final = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
    1.0,
)


@compiled
def mixed(word: Scalar) -> Scalar:
    """Return 64 bits of which each depends on each of *word*.

    Source: splitmix64's finaliser, Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators", 2014, with Stafford's constants.
    """
    word = np.uint64(word)
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))


@compiled
def luck_of(seed: Scalar, message: Scalar, step: Scalar, occurrence: Scalar) -> Scalar:
    """Return the luck of one step of one message, 64 bits."""
    word = mixed(np.uint64(seed) ^ np.uint64(step))
    word = mixed(word + np.uint64(message) * _GOLDEN)
    return mixed(word + (np.uint64(occurrence) + np.uint64(1)) * _GOLDEN)


@compiled
def share_of(luck: Scalar, number: Scalar) -> Scalar:
    """Return the *number*-th share of a luck: uniform, above 0 and below 1."""
    word = mixed(luck + (np.uint64(number) + np.uint64(1)) * _GOLDEN)
    return (np.float64(word >> np.uint64(12)) + 0.5) * _STEP


@compiled
def normal_at(share: Scalar) -> Scalar:
    """Return the standard normal quantile of a share.

    Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988,
    PPND16; relative error about 1e-16.
    """
    q = share - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(_NEAR_TOP, r) / _polynomial(_NEAR_LOW, r)
    r = math.sqrt(-math.log(share if q < 0 else 1.0 - share))
    if r <= 5.0:
        value = _polynomial(_FAR_TOP, r - 1.6) / _polynomial(_FAR_LOW, r - 1.6)
    else:
        value = _polynomial(_FARTHEST_TOP, r - 5.0) / _polynomial(_FARTHEST_LOW, r - 5.0)
    return -value if q < 0 else value


@compiled
def _polynomial(coefficients: Scalar, x: Scalar) -> Scalar:
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


@compiled
def service_s(
    services: Records, tables: Scalar, number: Scalar, luck: Scalar, body_bytes: Scalar
) -> Scalar:
    """Return how long a service of a kind takes, with a luck and a size."""
    service = services[number]
    kind = service.kind
    if kind == codes.CONSTANT:
        return service.base_s
    if kind == codes.BANDWIDTH:
        return service.base_s + body_bytes * service.per_byte_s
    if kind == codes.EXPONENTIAL:
        return -service.base_s * math.log(share_of(luck, 0))
    if kind == codes.EMPIRICAL:
        return _empirical_s(service, tables, share_of(luck, 0), body_bytes)
    time_s = service.base_s
    if service.base_sigma > 0:
        time_s *= math.exp(service.base_sigma * normal_at(share_of(luck, 0)))
    if service.tail_share > 0 and share_of(luck, 2) < service.tail_share:
        time_s *= service.tail_factor
    if service.per_byte_s > 0:
        streaming_s = body_bytes * service.per_byte_s
        if service.per_byte_sigma > 0:
            streaming_s *= math.exp(service.per_byte_sigma * normal_at(share_of(luck, 1)))
        time_s += streaming_s
    return time_s


@compiled
def _empirical_s(service: Scalar, tables: Scalar, share: Scalar, body_bytes: Scalar) -> Scalar:
    sizes, first = service.sizes, service.table
    # By bisection: where bodies are drawn from a distribution, there are as many sizes as messages.
    row, above = 0, sizes
    while above - row > 1:
        middle = (row + above) // 2
        if tables[first + middle] <= body_bytes:
            row = middle
        else:
            above = middle
    low_s = _quantile_s(service, tables, row, share)
    if row == sizes - 1 or body_bytes <= tables[first + row]:
        return low_s
    high_s = _quantile_s(service, tables, row + 1, share)
    width = tables[first + row + 1] - tables[first + row]
    return low_s + (high_s - low_s) * (body_bytes - tables[first + row]) / width


@compiled
def _quantile_s(service: Scalar, tables: Scalar, row: Scalar, share: Scalar) -> Scalar:
    columns = service.quantiles
    first = service.table + service.sizes + row * columns
    at = share * (columns - 1)
    column = min(int(at), columns - 2)
    low_s = tables[first + column]
    return low_s + (tables[first + column + 1] - low_s) * (at - column)
