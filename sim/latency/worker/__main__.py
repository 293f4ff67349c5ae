"""`awslambdaric`, with the handler's calls shaped: `python -m sim.latency.worker HANDLER`."""

from sim.latency.worker.bootstrap import run

run()
