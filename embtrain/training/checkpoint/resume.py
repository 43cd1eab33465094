"""Makes the job that goes on with a checkpoint, and refuses one that would be another training."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import msgspec

from embtrain import __version__
from embtrain.config import TrainConfig, make_config
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.training.checkpoint.folder import CheckpointFolder
from embtrain.training.checkpoint.request import NamedInput, RunRequest, describe_inputs
from embtrain.training.corpora.sources import Files
from embtrain.training.job import Checkpoint, Evaluation, Job, OutputFile
from embtrain.training.metadata import made_with
from embtrain.training.objectives.registry import find_objective
from embtrain.values import show
from embtrain.wording import counted

#: What a run takes from its checkpoint: options -> attributes of a job.
_DECIDED: Final = {
    "vocab": "vocabulary", "memory": "memory", "max-memory": "max_memory", "cooccur": "counts",
    "format": "format", "field": "field", "on-error": "on_error", "eval": "evaluation",
    "patience": "patience",
}  # fmt: skip
#: Turns the names of evaluation sets into an `Evaluation`.
Evaluations = Callable[[Sequence[str]], Evaluation]


def resumed_job(job: Job, options: Mapping[str, Any], allow_changes: bool, evaluations: Evaluations) -> Job:
    """The job of a checkpoint, from one that only names the folder and what the user gave besides.

    Args:
        job: with `checkpoint.path`; an output, a log, the interval and `force` replace those of the
            checkpoint.
        options: the options of the model that the user gave, by command-line name.
        allow_changes: whether other options than before, and another version, are accepted.
        evaluations: makes the evaluation of the checkpoint's sets.

    Raises:
        UsageError: no checkpoint; an option, input or version differs.
        DataError: the checkpoint is damaged.
    """
    assert job.checkpoint is not None
    folder = CheckpointFolder(job.checkpoint.path)
    request = folder.read_request()
    _check_decided(job)
    _check_inputs(job.inputs, request, folder.path)
    config = _changed_config(request, options, allow_changes, folder.path)
    if not allow_changes:
        _check_version(request, config, folder.path)
    output = (
        None if request.output is None else OutputFile(_absolute(request, request.output), request.context)
    )
    is_read_again = request.processes > 1
    if is_read_again:
        _check_unchanged(request)
    return Job(
        config=config,
        given=job.given,
        corpus=Files([_absolute(request, one.name) for one in request.inputs]) if is_read_again else None,
        vocabulary=folder.words() if is_read_again else None,
        format=request.format,
        field=request.field,
        on_error=request.on_error,
        memory=request.memory,
        tmp_dir=job.tmp_dir or request.tmp_dir,
        evaluation=evaluations(request.eval) if request.eval else None,
        patience=request.patience,
        log=job.log or (None if request.log is None else _absolute(request, request.log)),
        output=output if job.output is None else OutputFile(job.output.path, request.context),
        force=job.force or (job.output is None and (request.force or folder.is_saving)),
        place=job.place,
        checkpoint=Checkpoint(folder.path, job.checkpoint.every or request.every, request),
    )


def request_of(job: Job, config: TrainConfig, run: str, inputs: Sequence[str], **read: Any) -> RunRequest:
    """The request of a new run, for its checkpoint.

    Args:
        config: the options with the backend that was chosen.
        run: its random name.
        inputs: the named inputs.
        read: the fields of `RunRequest` on what was read.
    """
    output = job.output
    assert job.checkpoint is not None
    return RunRequest(
        run=run,
        tool=_tool(),
        made_with=made_with(config),
        config=msgspec.to_builtins(config),
        inputs=describe_inputs(inputs),
        directory=os.getcwd(),
        output=None if output is None else output.path,
        context=output is not None and output.context,
        force=job.force,
        eval=[] if job.evaluation is None else [_from_anywhere(given) for given in job.evaluation.given],
        patience=job.patience,
        log=job.log,
        memory=job.memory,
        tmp_dir=job.tmp_dir,
        every=job.checkpoint.every,
        processes=1 if job.group is None else job.group.size,
        format=job.format,
        field=job.field,
        on_error=job.on_error,
        **read,
    )


def _check_decided(job: Job) -> None:
    """Raises UsageError for what the checkpoint decides, which would otherwise be ignored."""
    usual = {field.name: field.default for field in fields(Job)}
    for name, attribute in _DECIDED.items():
        if getattr(job, attribute) != usual[attribute]:
            raise UsageError(
                f"{option(name)} was decided when the run began, and {option('resume')} keeps it; leave it "
                "out"
            )


def _tool() -> str:
    return f"embtrain {__version__}"


def _from_anywhere(given: str) -> str:
    """An evaluation set, with the absolute path of its file."""
    kind, colon, path = given.partition(":")
    return given if not colon or path == "-" or "://" in path else f"{kind}:{os.path.abspath(path)}"


def _absolute(request: RunRequest, path: str) -> str:
    return path if path == "-" else os.path.join(request.directory, path)


def _check_inputs(names: Sequence[str], request: RunRequest, folder: str) -> None:
    """Raises UsageError if inputs are named that are not those of the checkpoint."""
    if not names:
        return
    other = (
        f"{option('resume')} goes on with the text that {folder} keeps; leave the text out, or train on the "
        "new text in a run of its own"
    )
    before = [one.name for one in request.inputs]
    if list(names) != before:
        raise UsageError(
            f"the text is {_listed(names)}, that of the checkpoint was {_listed(before)}; {other}"
        )
    for was, now in zip(request.inputs, describe_inputs(names), strict=True):
        if was != now:
            raise UsageError(f"{was.name}: changed since it was read ({difference(was, now)}); {other}")


def _check_unchanged(request: RunRequest) -> None:
    """Raises UsageError if an input has another size than when it was read: it is read again."""
    names = [_absolute(request, one.name) for one in request.inputs]
    for was, now in zip(request.inputs, describe_inputs(names), strict=True):
        if was.size != now.size:
            raise UsageError(
                f"{was.name}: changed since it was read ({difference(was, now)}), and the text of a "
                f"group is read again to {option('resume')}; restore it, or train anew"
            )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    return shown or "not in files"


def difference(was: NamedInput, now: NamedInput) -> str:
    """How a named input differs from what it was, in words."""
    if was.size != now.size:
        sizes = ["no file" if size is None else counted(size, "byte") for size in (was.size, now.size)]
        return f"{sizes[0]}, now {sizes[1]}"
    return "written again"


def _changed_config(
    request: RunRequest, options: Mapping[str, Any], allow_changes: bool, folder: str
) -> TrainConfig:
    objective = find_objective(request.config["model"])
    changes = {
        name: (request.config.get(name), value)
        for name, value in options.items()
        if request.config.get(name) != value
    }
    for name, (was, now) in changes.items():
        said = f"{option(name)} is {show(now)}, that of the checkpoint in {folder} was {show(was)}"
        if not objective.may_change(name, request.config):
            raise UsageError(f"{said}, and cannot change; leave it out, or train anew")
        if not allow_changes:
            raise UsageError(f"{said}; leave it out, or accept it with {option('allow-changes', True)}")
    known = {name: value for name, value in request.config.items() if value is not None}
    return make_config(
        known | {name: now for name, (_, now) in changes.items()}, objective.config_type, folder
    )


def _check_version(request: RunRequest, config: TrainConfig, folder: str) -> None:
    now = {"tool": _tool(), **made_with(config)}
    was = {"tool": request.tool, **request.made_with}
    for name in {**was, **now}:
        if was.get(name) != now.get(name):
            raise UsageError(
                f"{name.replace('_', ' ')} is {now.get(name, 'missing')}, the checkpoint in {folder} was "
                f"written with {was.get(name, 'none')}, so bits may differ; accept it with "
                f"{option('allow-changes', True)}"
            )
