"""Makes the Markdown tables of the GloVe benchmark from raw rows."""

from collections.abc import Callable, Sequence
from statistics import median

from harness.glove.rows import GloveRow, Stage
from harness.table import markdown, mean_sd, spread

Time = Callable[[GloveRow], float | None]

BASELINE = "glove"
TITLES = {
    "counting": "Counting",
    "training": "Training",
    "scaling": "Threads and processes",
    "whole": "From text to vectors",
}
_NONE = "-"
_TIMES: dict[str, Time] = {
    "until training, s": lambda row: row.ready_seconds,
    "s/iteration": lambda row: row.seconds_per_iteration,
    "in all, s": lambda row: row.wall,
}


def tables(rows: Sequence[GloveRow]) -> str:
    """For each part what it cost, and what its processes did; then the quality of the vectors."""
    texts = []
    for part, title in TITLES.items():
        own = [row for row in rows if row.part == part]
        if own and part == "scaling":
            texts += [f"## {title}", _scaling(own)]
        elif own:
            texts += [f"## {title}", _costs(own), _stages(own)]
    if scored := [row for row in rows if row.scores]:
        texts += ["## Quality", _quality(scored)]
    return "\n\n".join(texts)


def ratios(own: Sequence[GloveRow], rows: Sequence[GloveRow], time: Time) -> str:
    """How many times as fast as the baseline of the same turn: least, median and greatest."""
    baseline = {row.turn: time(row) for row in rows if row.program == BASELINE}
    found = [(baseline.get(row.turn), time(row)) for row in own]
    return spread([slow / fast for slow, fast in found if slow and fast])


def _costs(rows: Sequence[GloveRow]) -> str:
    times = {name: time for name, time in _TIMES.items() if any(time(row) is not None for row in rows)}
    header = ["program", "version", "runs"]
    for name in times:
        header += [name, "times as fast"]
    body = []
    for own in _by_program(rows):
        line = [own[0].program, own[0].version, str(len(own))]
        for time in times.values():
            line += [_median([time(row) for row in own], 2), ratios(own, rows, time)]
        most = [_median([row.peak_mb for row in own], 0), _median([row.disk_mb for row in own], 0)]
        body.append([*line, _median([row.cpu for row in own], 1), *most])
    return markdown([*header, "CPU s", "peak MB", "disk MB"], body)


def _stages(rows: Sequence[GloveRow]) -> str:
    body = []
    for own in _by_program(rows):
        for number, stage in enumerate(own[0].stages):
            same = [row.stages[number] for row in own]
            body.append([own[0].program, stage.name, *_stage_costs(same)])
    return markdown(["program", "process", "s", "CPU s", "peak MB", "disk MB"], body)


def _stage_costs(stages: Sequence[Stage]) -> list[str]:
    return [
        _median([stage.wall for stage in stages], 1),
        _median([stage.cpu for stage in stages], 1),
        _median([stage.peak_mb for stage in stages], 0),
        _median([stage.disk_mb for stage in stages], 0),
    ]


def _scaling(rows: Sequence[GloveRow]) -> str:
    body = []
    for own in _by_program(rows):
        alone = [seconds for row in own for seconds in row.alone_seconds or ()]
        threaded = _median([row.seconds_per_iteration for row in own], 2)
        ratio = spread([row.scaling for row in own if row.scaling is not None])
        body.append([own[0].program, str(len(own)), threaded, _median(alone, 2), ratio])
    return markdown(["program", "runs", "threads, s/iteration", "processes, s/iteration", "rate"], body)


def _quality(rows: Sequence[GloveRow]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row.scores or ()))
    body = []
    for own in _by_program(rows):
        losses = [row.loss for row in own if row.loss is not None]
        scores = [_score(own, name) for name in names]
        body.append([own[0].program, str(len(own)), *scores, mean_sd(losses, 5) if losses else _NONE])
    return markdown(["program", "seeds", *names, "loss"], body)


def _score(rows: Sequence[GloveRow], name: str) -> str:
    values = [row.scores[name] for row in rows if row.scores and name in row.scores]
    return mean_sd(values, 1 if name.startswith("analogies") else 3) if values else _NONE


def _by_program(rows: Sequence[GloveRow]) -> list[list[GloveRow]]:
    names = dict.fromkeys(row.program for row in rows)
    return [[row for row in rows if row.program == name] for name in names]


def _median(values: Sequence[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    return f"{median(known):.{digits}f}" if known else _NONE
