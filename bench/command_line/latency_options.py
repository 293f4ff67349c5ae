"""The options that several commands have alike: the latency profile and the senders' network."""

from typing import Annotated, Literal

import typer

Profile = Annotated[
    str, typer.Option(help="Latency profile: a name of `profiles list`, or a .toml file.")
]
SenderNetwork = Annotated[
    str,
    typer.Option(
        "--network", help="The senders' way here: none, same-region, office, home, mobile."
    ),
]
Uplink = Annotated[str | None, typer.Option(help="Bandwidth of a sender's uplink, such as 50mbit.")]
RoundTrip = Annotated[
    str | None, typer.Option("--rtt", help="Round trip between sender and gateway, such as 20ms.")
]
Placement = Annotated[
    Literal["same-az", "cross-az"],
    typer.Option("--cache", help="Whether functions and cache node share an Availability Zone."),
]
