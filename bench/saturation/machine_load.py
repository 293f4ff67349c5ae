"""How busy the processors of this machine were: everything that ran on it, whoever started it."""

import psutil


class MachineLoad:
    """Begins to count when it is made."""

    def __init__(self) -> None:
        self._began = _busy_and_all_s()

    def cpu_share(self) -> float:
        """Return the busy share (of 1) of all cores since then."""
        busy_s, all_s = (
            now - then for now, then in zip(_busy_and_all_s(), self._began, strict=True)
        )
        return busy_s / all_s if all_s > 0 else 0.0


def _busy_and_all_s() -> tuple[float, float]:
    times = psutil.cpu_times()
    # A guest's time is in its host's user time already.
    all_s = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    idle_s = times.idle + getattr(times, "iowait", 0.0)
    return float(all_s - idle_s), float(all_s)
