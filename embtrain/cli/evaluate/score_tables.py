"""Formats scores as text: aligned for people, Markdown and LaTeX for papers, TSV and JSON for programs."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embtrain.analysis.evaluate.evaluation import Score, SetResult
    from embtrain.cli.evaluate.means import ScoreMean

_HEADER = ["set", "part", "measure"]
_COVERED = "covered / items"
# Measures that are no share.
_PLAIN = {"spearman", "pearson", "mrr@10", "cosine"}
TSV_HEADER = (
    *("vectors", "set", "kind", "part", "measure", "score", "low", "high"),
    *("n", "right", "missing", "tied"),
)

MEAN_HEADER = ("set", "kind", "part", "measure", "mean", "sd", "files")
_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$", "\u2013": "--",
}  # fmt: skip
#: Turns the rows of a table into text.
Layout = Callable[[Sequence[Sequence[str]]], str]


def number(value: float, measure: str) -> str:
    """Formats a correlation, a cosine or a mean reciprocal rank with three decimals, a share in percent."""
    return f"{value:.3f}" if measure in _PLAIN else f"{100 * value:.2f} %"


def with_interval(value: float | None, interval: tuple[float, float] | None, measure: str) -> str:
    """Formats a score as '0.673 [0.611, 0.726]', or '-' if there is none."""
    if value is None:
        return "-"
    text = number(value, measure)
    return text if interval is None else f"{text} [{', '.join(number(end, measure) for end in interval)}]"


def score_table(names: Sequence[str], results: Sequence[Sequence["SetResult"]]) -> list[list[str]]:
    """Rows of a table, the header first: the scores of each file, and the number of items each covers.

    Args:
        names, results: name and results of each file; all files have the same sets.
    """
    rows = [[*_HEADER, *(title for name in names for title in (name, _COVERED))]]
    for same_set in zip(*results, strict=True):
        for scores in zip(*(result.scores for result in same_set), strict=True):
            cells = [cell for score in scores for cell in _score_cells(score)]
            rows.append([same_set[0].name, scores[0].part, scores[0].measure, *cells])
    return rows


def _score_cells(score: "Score") -> tuple[str, str]:
    value = with_interval(score.value, score.interval, score.measure)
    return value, f"{score.n_covered:,} / {score.n_items:,}"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Formats rows as aligned columns, two blanks apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Formats rows as a Markdown table; the first row is its header."""
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    rule = [":--"] * len(_HEADER) + ["--:"] * (len(rows[0]) - len(_HEADER))
    lines = [escaped[0], rule, *escaped[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def latex(rows: Sequence[Sequence[str]]) -> str:
    """Formats rows as a table in LaTeX; the first row is its header. It needs the package booktabs."""
    escaped = [[_in_latex(cell) for cell in row] for row in rows]
    columns = "l" * len(_HEADER) + "r" * (len(rows[0]) - len(_HEADER))
    lines = [" & ".join(row) + r" \\" for row in escaped]
    body = [r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule"]
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}"]) + "\n"


def _in_latex(text: str) -> str:
    text = "".join(_LATEX.get(letter, letter) for letter in text)
    # A bracket at the beginning of a row would be an argument of the line end before it.
    return f"{{{text}}}" if text.startswith("[") else text


def mean_table(means: Sequence["ScoreMean"], n_files: int) -> list[list[str]]:
    """Rows of a table, the header first: mean and standard deviation, and the numbers of items covered."""
    rows = [[*_HEADER, f"mean ± sd of {n_files}", _COVERED]]
    for mean in means:
        low, high = mean.covered
        covered = f"{low:,}" if low == high else f"{low:,}\u2013{high:,}"
        rows.append(
            [mean.set, mean.part, mean.measure, _mean_cell(mean, n_files), f"{covered} / {mean.items:,}"]
        )
    return rows


def _mean_cell(mean: "ScoreMean", n_files: int) -> str:
    if mean.mean is None:
        return "-"
    sd = "" if mean.sd is None else f" ± {number(mean.sd, mean.measure)}"
    of = "" if mean.n_files == n_files else f" ({mean.n_files} of {n_files})"
    return number(mean.mean, mean.measure) + sd + of


def mean_tsv(means: Sequence["ScoreMean"]) -> str:
    """One line for each mean, after a header; what does not apply is empty."""
    lines = ["\t".join(MEAN_HEADER)]
    for mean in means:
        texts = (" ".join(text.split()) for text in (mean.set, mean.kind, mean.part, mean.measure))
        values = ("" if value is None else f"{value:.9g}" for value in (mean.mean, mean.sd))
        lines.append("\t".join([*texts, *values, str(mean.n_files)]))
    return "\n".join(lines) + "\n"


def tsv(name: str, results: Sequence["SetResult"]) -> str:
    """One line for each score, in the columns of TSV_HEADER; what does not apply is empty."""
    return "".join(_tsv_line(name, result, score) for result in results for score in result.scores)


def _tsv_line(name: str, result: "SetResult", score: "Score") -> str:
    low, high = score.interval or (None, None)
    counts = (score.n, score.n_right, score.n_missing, score.n_tied)
    texts = (name, result.name, result.kind, score.part, score.measure)
    cells = [" ".join(text.split()) for text in texts]
    cells += ["" if value is None else f"{value:.9g}" for value in (score.value, low, high)]
    cells += ["" if count is None else str(count) for count in counts]
    return "\t".join(cells) + "\n"


def set_record(result: "SetResult") -> dict[str, Any]:
    """The record of a set's scores in JSON."""
    return {
        "set": result.name,
        "kind": result.kind,
        "items": result.n_items,
        "covered": result.n_covered,
        "only_subwords": result.n_only_subwords,
        "skipped_lines": result.n_skipped_lines,
        "missing_words": list(result.missing_words),
        "tied_questions": list(result.tied),
        "scores": [_score_record(score) for score in result.scores],
        **result.details(),
    }


def _score_record(score: "Score") -> dict[str, Any]:
    counts = {
        **{"n": score.n, "right": score.n_right, "missing": score.n_missing, "tied": score.n_tied},
        "only_subwords": score.n_only_subwords,
    }
    interval = None if score.interval is None else list(score.interval)
    return {
        "part": score.part,
        "measure": score.measure,
        "score": score.value,
        "interval": interval,
        **{name: count for name, count in counts.items() if count is not None},
    }


def json_line(record: dict[str, Any]) -> str:
    """One JSON object and a line end; words that are not UTF-8 keep their escapes."""
    return json.dumps(record, ensure_ascii=False) + "\n"
