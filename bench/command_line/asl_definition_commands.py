"""`firstwrite asl validate` and `asl graph`, and how other commands read a definition."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

from rich.console import Console

from bench.asl.definition_file import DefinitionFile, read_definition
from bench.asl.diagnosis import Finding, diagnose
from bench.asl.drawing import svg
from bench.asl.machine_graph import graph_of
from bench.asl.mermaid import mermaid
from bench.command_line.failure import FAILED
from bench.command_line.text_output import plain, write_output
from bench.errors import MendableError
from statemachine import StateMachine

Form = Literal["svg", "mermaid"]
Kind = Literal["standard", "express"]

_FORMS: Final[dict[str, Form]] = {".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid"}


def valid_definition(path: Path) -> tuple[DefinitionFile, StateMachine]:
    """Read a definition that has to be valid.

    Raises
    ------
    MendableError
        With every diagnostic.
    """
    file = read_definition(path)
    machine, findings = diagnose(file)
    if machine is None:
        faults = [each for each in findings if each.severity == "ERROR"]
        said = "; ".join(each.line_in(file.name) for each in faults)
        raise MendableError(f"the definition is not valid: {said}")
    return file, machine


def run_validate(path: Path, kind: Kind, as_json: bool, output: Console) -> int:
    """Print what is wrong with a definition; return the exit code."""
    file = read_definition(path)
    machine, findings = diagnose(file, express=kind == "express")
    if as_json:
        found = [_as_json(each) for each in findings]
        answer = {"result": "OK" if machine else "FAIL", "diagnostics": found}
        plain(json.dumps(answer, indent=2, ensure_ascii=False), output)
    else:
        _print(file, machine, findings, output)
    return 0 if machine else FAILED


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _as_json(finding: Finding) -> dict[str, Any]:
    place = finding.place._asdict()
    return {key: value for key, value in asdict(finding).items() if key != "place"} | place


def _print(
    file: DefinitionFile, machine: StateMachine | None, findings: list[Finding], output: Console
) -> None:
    for each in findings:
        plain(each.line_in(file.name), output)
    faults = sum(each.severity == "ERROR" for each in findings)
    counts = [_count(faults, "fault")] if faults else []
    counts += [_count(len(findings) - faults, "warning")] if len(findings) > faults else []
    verdict = "valid" if machine else "not valid"
    plain(", ".join([f"{file.name}: {verdict}", *counts]), output)


def run_graph(path: Path, form: Form | None, target: Path | None, output: Console) -> int:
    """Draw a definition; return the exit code.

    Raises
    ------
    MendableError
        When the output's ending says nothing, or it cannot be written.
    """
    file = read_definition(path)
    machine, findings = diagnose(file)
    if machine is None:
        _print(file, machine, findings, output)
        return FAILED
    form = form or (_form_of(target) if target is not None else "mermaid")
    graph = graph_of(file.value)
    drawn = svg(graph, Path(file.name).stem) if form == "svg" else mermaid(graph)
    if target is None:
        plain(drawn.removesuffix("\n"), output)
    else:
        write_output(target, drawn.encode())
        plain(f"Drawn: {target}", output)
    return 0


def _form_of(target: Path) -> Form:
    form = _FORMS.get(target.suffix.lower())
    if form is None:
        raise MendableError(
            f"--output {target}: its ending says no form: give .svg or .mmd, or --format"
        )
    return form
