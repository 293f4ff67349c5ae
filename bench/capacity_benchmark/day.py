"""The measured process: `python -m bench.capacity_benchmark.day HOURS` prints what it took as JSON.

A process of its own, so that its memory is its own. Reports on standard error how far it is.
"""

import json
import resource
import sys
import time

from bench.capacity_benchmark.pipeline_network import day_arrivals, pipeline_network
from sim.capacity.network import prepare, simulate


def main(hours: float) -> None:
    """Simulate so many hours, and print what it took."""
    began_s = time.perf_counter()
    prepare()
    prepared_s = time.perf_counter() - began_s
    arrivals = day_arrivals(hours)
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    outcome = simulate(pipeline_network(), arrivals, seed=1, progress=lambda share, _: _tell(share))
    took = {
        "prepared_s": prepared_s,
        "messages": len(arrivals.due_s),
        "events": outcome.events,
        "seconds": time.perf_counter() - began_s,
        "cpu_s": time.process_time() - began_cpu_s,
        # Linux counts in KiB.
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "outcomes": outcome.counts(),
    }
    sys.stdout.write(json.dumps(took) + "\n")


def _tell(share: float) -> None:
    sys.stderr.write(f"{share:.6f}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
