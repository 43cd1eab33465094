"""Prints a plan as a table or as JSON."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from embtrain.cli.print_line import print_line
from embtrain.io.memory import gib
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.training.plan.nodes import NodesPlan
    from embtrain.training.plan.plan import TrainingPlan


def print_plan(plan: "TrainingPlan", as_json: bool) -> None:
    """Prints a plan on stdout."""
    if as_json:
        print_line(json.dumps(plan.as_record(), ensure_ascii=False))
        return
    for line in _lines(plan):
        print_line(line)


def _lines(plan: "TrainingPlan") -> Iterator[str]:
    yield from _corpus(plan)
    yield from _vocabulary(plan)
    yield from _memory(plan)
    yield from _disk(plan)
    yield from _time(plan)
    if plan.nodes is not None:
        yield from _nodes(plan.nodes)


def _corpus(plan: "TrainingPlan") -> Iterator[str]:
    shown = {name: value for name, value in plan.options.items() if name != "memory"}
    yield "options       " + ", ".join(f"{name} {value}" for name, value in shown.items())
    if plan.share == 1.0:
        yield f"corpus        {_megabytes(plan.n_bytes)}, read whole"
    else:
        read = f"of which {plan.share:.2%} were read; what follows is estimated from them"
        yield f"corpus        {_megabytes(plan.n_bytes)}, {read}"
    different = "" if plan.types is None else f", {plan.types:,} different"
    yield f"              {counted(plan.tokens, 'word')}{different}, {counted(plan.sentences, 'sentence')}"
    words, tokens = counted(plan.words, "word"), counted(plan.trained_tokens, "word")
    yield f"to train      {words}, which occur as {tokens} of text"


def _vocabulary(plan: "TrainingPlan") -> Iterator[str]:
    if not plan.parts:
        return
    yield ""
    yield f"{'min-count':>9} {'words':>15} {'words of text':>19} {'coverage':>9}"
    for part in plan.parts:
        chosen = "  <" if part.words == plan.words else ""
        yield (
            f"{part.min_count:>9,} {part.words:>15,} {part.tokens:>19,} "
            f"{part.tokens / max(1, plan.tokens):>9.2%}{chosen}"
        )


def _memory(plan: "TrainingPlan") -> Iterator[str]:
    yield ""
    yield f"memory        {gib(plan.peak.n_bytes):>12}  at most, while {plan.peak.name}"
    for name, n_bytes in plan.peak.items.items():
        yield f"              {gib(n_bytes):>12}  {name}"
    for phase in plan.phases:
        if phase is not plan.peak:
            yield f"              {gib(phase.n_bytes):>12}  while {phase.name}"
    if plan.free_memory is not None:
        short = "" if plan.free_memory >= plan.peak.n_bytes else ": TOO LITTLE"
        yield f"available     {gib(plan.free_memory):>12}  on {plan.memory_of}{short}"


def _disk(plan: "TrainingPlan") -> Iterator[str]:
    yield ""
    for number, item in enumerate(plan.disk):
        free = "" if item.free is None else f", {_megabytes(item.free)} free"
        short = ": TOO LITTLE" if item.free is not None and item.free < item.n_bytes else ""
        until = "" if item.stays else " until the end"
        yield (
            f"{'' if number else 'disk':<13} {_megabytes(item.n_bytes):>12}  {item.what}{until} "
            f"({item.folder}{free}){short}"
        )
    limit = "" if plan.most_files is None else f" of {plan.most_files:,}"
    yield f"open files    {plan.files:>9,}{limit}"


def _time(plan: "TrainingPlan") -> Iterator[str]:
    yield ""
    yield f"time          {_duration(plan.total_seconds):>12}"
    for name, seconds in plan.seconds.items():
        if seconds > 0:
            more = f", at {plan.rate:,.0f} {plan.unit}/s" if name == "training" else ""
            yield f"              {_duration(seconds):>12}  {name}{more}"


def _nodes(plan: "NodesPlan") -> Iterator[str]:
    from embtrain.training.plan.nodes import NETWORKS

    networks = [f"{bits / 1e9:g} Gbit/s" for bits in NETWORKS]
    yield ""
    yield f"{'nodes':>9} {'memory each':>15} {'sent by each':>15}" + "".join(
        f" {network:>14}" for network in networks
    )
    for one in plan.choices:
        times = "".join(f" {_duration(seconds):>14}" for seconds in one.seconds)
        yield f"{one.number:>9,} {gib(one.n_bytes):>15} {_megabytes(one.sent):>15}{times}"
    most = [f"{number:,} with {network}" for number, network in zip(plan.most, networks, strict=True)]
    yield f"              twice as many save less than a tenth beyond {', '.join(most)}"


def _megabytes(n_bytes: int) -> str:
    if n_bytes >= 10**10:
        return f"{n_bytes / 1e9:,.1f} GB"
    return f"{n_bytes / 1e6:,.1f} MB"


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} min {rest:02} s"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes:02} min"
