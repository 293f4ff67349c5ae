"""A plan on the terminal: the answer first, then the tables that it rests on."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from bench.command_line.rich_tables import rich_table
from bench.plan import Plan
from bench.plan.left_out import LEFT_OUT
from bench.plan.sentences import answer_sentences, load_sentence
from bench.plan.tables import check_sentence, left_out_of_bill, plan_tables
from bench.plan_validation import record


def print_plan(plan: Plan, output: Console) -> None:
    """Print a plan."""
    for sentence in answer_sentences(plan):
        output.print(_coloured(sentence))
    output.print()
    output.print(Text(load_sentence(plan), style="dim"))
    for table in plan_tables(plan, narrow=True):
        output.print()
        output.print(rich_table(table))
    output.print()
    output.print(Text(f"{check_sentence(plan)} {record.read()}"))
    _list("Not in the bill", left_out_of_bill(plan), output)
    _list("What the model leaves out", LEFT_OUT, output)


def _coloured(sentence: str) -> Text:
    text = Text(sentence)
    text.highlight_regex(r"^.*?holds\.", "bold green")
    text.highlight_regex(r"^.*?does not hold", "bold red")
    return text


def _list(heading: str, items: Iterable[str], output: Console) -> None:
    output.print()
    output.print(Text(f"{heading}:", style="bold"))
    for item in items:
        output.print(Text(f"- {item}"))
