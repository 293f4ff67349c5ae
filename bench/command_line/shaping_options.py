"""The options that say under which latency profile a stack runs."""

from bench.errors import MendableError
from sim.latency import load_profile, network_of
from sim.latency.shaping import CachePlacement, Shaping, shaping_of


def shaping_from(
    profile: str,
    *,
    network: str,
    uplink: str | None,
    rtt: str | None,
    cache_placement: CachePlacement,
    seed: int,
) -> Shaping:
    """Return the shaping that the options describe; under `raw` the senders' network is none.

    Raises
    ------
    MendableError
        When the network is none that can be.
    sim.errors.ProfileError
        When the profile cannot be used.
    """
    try:
        sender = network_of(network, uplink, rtt)
    except ValueError as error:
        raise MendableError(str(error)) from error
    loaded = load_profile(profile)
    return shaping_of(loaded, seed=seed, sender=sender, cache_placement=cache_placement)
