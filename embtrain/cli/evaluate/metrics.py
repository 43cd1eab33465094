"""Scores as one flat JSON object of names and numbers, which DVC and MLflow accept as metrics."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from embtrain.cli.evaluate.means import means_of
from embtrain.io.outputs.atomic import open_output

if TYPE_CHECKING:
    from embtrain.analysis.evaluate.evaluation import SetResult

Files = Sequence[tuple[str, Sequence["SetResult"]]]


def write_metrics(path: str, force: bool, files: Files, as_means: bool) -> None:
    """Writes the scores of files, or their means and standard deviations.

    Args:
        files: name and results of each.

    Raises:
        UsageError, ResourceError: as `open_output`.
    """
    if as_means:
        found = dict(_means([results for _, results in files]))
    else:
        # A single file needs no name in front: it is the one that a pipeline makes again and again.
        start = "" if len(files) == 1 else "{}."
        found = {
            start.format(_name(name)) + key: value
            for name, results in files
            for key, value in _scores(results)
        }
    with open_output(path, force, True) as file:
        file.write(json.dumps(found, indent=2).encode() + b"\n")


def _scores(results: Sequence["SetResult"]) -> Iterator[tuple[str, float]]:
    for result in results:
        for score in result.scores:
            if score.value is not None:
                yield _joined(result.name, score.part, score.measure), score.value
        yield _joined(result.name, "covered"), result.n_covered


def _means(results: Sequence[Sequence["SetResult"]]) -> Iterator[tuple[str, float]]:
    for mean in means_of(results):
        name = _joined(mean.set, mean.part, mean.measure)
        if mean.mean is not None:
            yield name, mean.mean
        if mean.sd is not None:
            yield f"{name}.sd", mean.sd


def _joined(*parts: str) -> str:
    return ".".join(_name(part) for part in parts if part)


def _name(text: str) -> str:
    """A name of letters, digits, - and _, as all trackers of metrics take them."""
    return re.sub(r"[^A-Za-z0-9-]+", "_", text).strip("_")
