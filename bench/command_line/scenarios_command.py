"""`firstwrite scenarios`."""

from rich.console import Console
from rich.table import Table

from bench.scenarios import Scenario, load_scenario, scenario_names, scenario_path


def run_list(output: Console) -> int:
    """Print the scenarios that come with firstwrite; return the exit code."""
    table = Table("scenario", "what it is for", "requests", "minutes of load", show_lines=True)
    for name in scenario_names():
        scenario = load_scenario(name)
        requests, minutes = f"{scenario.expected_requests:,}", f"{scenario.expected_s / 60:.0f}"
        table.add_row(name, scenario.description, requests, minutes)
    output.print(table)
    output.print("Measured requests under the profile; warm-up and the raw part come on top.")
    return 0


def run_show(name: str, output: Console) -> int:
    """Print a scenario's file and what it comes to; return the exit code."""
    scenario = load_scenario(name)  # refuses a wrong file before it is shown as if it were right
    text = scenario_path(name).read_text(encoding="utf-8")
    output.print(text.rstrip(), highlight=False, markup=False, soft_wrap=True)
    output.print(f"\n{_in_short(scenario)}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _in_short(scenario: Scenario) -> str:
    arrivals = "; ".join(
        f"{load.label}: {', '.join(_named(s.tenant, s.arrivals.name) for s in load.streams)}"
        for load in scenario.loads
    )
    return (
        f"# {arrivals}\n# {scenario.expected_requests:,} measured requests, due within"
        f" {scenario.expected_s / 60:.1f} minutes; run it with: firstwrite bench {scenario.name}"
    )


def _named(tenant: str, arrivals: str) -> str:
    return f"{tenant} {arrivals}" if tenant else arrivals
