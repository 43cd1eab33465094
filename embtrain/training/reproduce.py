"""Finds, in the metadata of vectors, the command that made them and what their bits depend on."""

import json
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from embtrain import __version__
from embtrain.config import TrainConfig, make_config, options_of
from embtrain.errors import BackendError, NotFoundError, UsageError
from embtrain.ops.backends import choose_backend
from embtrain.option_names import neutral, on_command_line, option
from embtrain.text.tokenizers.files import AUTO_PHRASES
from embtrain.text.tokenizers.functions import is_nameless
from embtrain.text.tokenizers.plug_in import is_code
from embtrain.training.corpora.inputs import DECIDED_BY_COUNTS
from embtrain.training.metadata import made_with
from embtrain.training.objectives.options import all_options
from embtrain.training.objectives.registry import find_objective
from embtrain.vectors.transform_record import recorded_steps
from embtrain.wording import counted, one_line

#: Options that name files, of which the metadata hold digests, and what stands for the file.
_FILES: Final = {
    "tokenizer": "TOKENIZER.json", "stop-words": "STOP_WORDS", "user-dict": "DICTIONARY", "init": "VECTORS",
    "freeze": "WORDS", "phrases": "PHRASES.tsv",
}  # fmt: skip
_DIGEST: Final = "sha256:"


@dataclass(frozen=True)
class Condition:
    """Something that the bits of vectors depend on.

    Attributes:
        what: it is.
        recorded: as the metadata say.
        here: as it is on this machine; None if that cannot be known here.
    """

    what: str
    recorded: str
    here: str | None = None

    @property
    def differs(self) -> bool:
        """Whether it is different here."""
        return self.here is not None and self.here != self.recorded


@dataclass(frozen=True)
class Reproduction:
    """How to make vectors again.

    Attributes:
        command: words of the command line; those in capitals stand for files.
        conditions: what must be identical for the same bits.
        notes: what the metadata do not tell, or what prevents the same bits.
    """

    command: Sequence[str]
    conditions: Sequence[Condition]
    notes: Sequence[str]

    def as_record(self) -> dict[str, Any]:
        """What JSON holds."""
        return {
            "command": list(self.command),
            "conditions": [{**asdict(one), "differs": one.differs} for one in self.conditions],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Settings:
    """How to train as vectors were trained.

    Attributes:
        options: values by command-line name; defaults are left out.
        files: options whose files, or whose code, must be named again, and what stands for each.
        notes: what could not be taken over.
    """

    options: Mapping[str, Any]
    files: Mapping[str, str]
    notes: Sequence[str]


def reproduction(
    name: str,
    metadata: Mapping[str, str],
    context: bool,
    corpus: Sequence[str],
    output: str,
    sets: Collection[str],
) -> Reproduction:
    """Finds out how vectors were made.

    Args:
        name: of their file, for messages.
        metadata: theirs.
        context: whether they have context vectors.
        corpus: inputs for the command; empty if they are unknown.
        output: the output for the command.
        sets: built-in evaluation sets.

    Raises:
        NotFoundError: the metadata do not say how they were made.
    """
    found = _recorded(name, metadata)
    config, options, epochs, text = found.config, found.options, found.epochs, found.text
    if is_nameless(config.tokenizer):
        raise NotFoundError(
            f"{name}: its text was cut by the Python function {config.tokenizer}, which no command can name; "
            "train again in Python"
        )
    command = [*_program(text), "train", *_inputs(text, corpus)]
    for option_name, value in _chosen(config, options, text).items():
        command += _spelt(option_name, value)
    command += [_flag("context")] if context else []
    scores = epochs[-1].get("scores", {}) if epochs else {}
    for given in scores:
        command += [_flag("eval"), given if given in sets else f"KIND:{given}"]
    command += [_flag("patience"), "N"] if len(epochs) < config.epochs else []
    return Reproduction(
        [*command, "-o", output],
        _conditions(config, options, found.tool, found.made, text),
        [*_notes(config, epochs, text), *_transformed(metadata)],
    )


def settings_of(name: str, metadata: Mapping[str, str], context: bool) -> Settings:
    """Finds out how to train as vectors were trained.

    Args:
        name: of their file, for messages.
        metadata: theirs.
        context: whether they have context vectors.

    Raises:
        NotFoundError: the metadata do not say how they were made.
    """
    found = _recorded(name, metadata)
    chosen = _chosen(found.config, found.options, found.text)
    files = {
        option_name: _FILES[option_name]
        for option_name, value in chosen.items()
        if _is_file(option_name, value)
    }
    if is_code(found.config.tokenizer):
        # What a file says may not lead to an import.
        files["tokenizer"] = found.config.tokenizer
    elif is_nameless(found.config.tokenizer):
        files["tokenizer"] = "MODULE:FUNCTION"
    values = {option_name: value for option_name, value in chosen.items() if option_name not in files}
    notes = [*_not_taken_over(name, found), *(f"{name}: {note}" for note in _transformed(metadata))]
    return Settings(values | ({"context": True} if context else {}), files, notes)


def _not_taken_over(name: str, found: "_Record") -> list[str]:
    notes = []
    if found.tool != f"embtrain {__version__}":
        notes.append(f"{name} was made by {found.tool}, with which the same seed may draw other numbers")
    unknown = [
        name for name, value in found.options.items() if name not in all_options() and value is not None
    ]
    if unknown:
        notes.append(f"{name}: options that this version lacks are left out: {', '.join(unknown)}")
    if "vocabulary_words_seen" in found.text:
        notes.append(f"{name} has the words of a vocabulary ({option('vocab')}), which is not taken over")
    if found.text.get("cooccurrences"):
        notes.append(
            f"{name} was trained on counts ({option('cooccur')}), and what they decided may not be known"
        )
    if len(found.epochs) < found.config.epochs:
        notes.append(_ended_early(found.config, found.epochs))
    return notes


@dataclass(frozen=True)
class _Record:
    """What the metadata say about a training."""

    config: TrainConfig
    options: dict[str, Any]
    epochs: list[Any]
    text: Mapping[str, Any]
    tool: str
    made: Mapping[str, str]


def _recorded(name: str, metadata: Mapping[str, str]) -> _Record:
    """Reads the metadata. Raises NotFoundError if they do not say how the vectors were made."""
    try:
        options, record = (json.loads(metadata[key]) for key in ("config", "provenance"))
        epochs = json.loads(metadata.get("training", "[]"))
        if "phrases_found" in record["corpus"]:
            options["phrases"] = AUTO_PHRASES
        return _Record(
            _config(options), options, epochs, record["corpus"], record["tool"], record["made_with"]
        )
    except (KeyError, ValueError, TypeError, AttributeError, UsageError) as error:
        missing = not {"config", "provenance"} & metadata.keys()
        why = "" if missing else f" that this version understands ({one_line(neutral(error))[:200]})"
        raise NotFoundError(
            f"{name}: holds no record of its training{why}; only files that embtrain trained have one"
        ) from None


def _config(options: dict[str, Any]) -> TrainConfig:
    kind = find_objective(options["model"]).config_type
    known = options_of(kind)
    return make_config({name: options[name] for name in options if name in known}, kind)


def _program(text: Mapping[str, Any]) -> list[str]:
    """How embtrain is started, by as many processes as have divided the text."""
    if "parts" not in text:
        return ["embtrain"]
    return ["torchrun", _flag("nproc-per-node"), str(text["parts"]), "-m", "embtrain"]


def _inputs(text: Mapping[str, Any], corpus: Sequence[str]) -> list[str]:
    if text.get("cooccurrences"):
        return [_flag("cooccur"), *(corpus or ["COUNTS"])]
    given = list(corpus or ["CORPUS"])
    return [*given, _flag("vocab"), "VOCABULARY"] if "vocabulary_words_seen" in text else given


def _chosen(config: TrainConfig, options: Mapping[str, Any], text: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are not as they would be without the user's choice, and their values."""
    kind = type(config)
    # The learning rate may depend on the text, and threads and the backend on the machine.
    usual = kind(threads=1).resolved()
    left_out = set(DECIDED_BY_COUNTS) if text.get("cooccurrences") else set()
    chosen: dict[str, Any] = {}
    # Of the options of all models, only the name of the model has one default that holds without it.
    defaults = {name: option.default for name, option in options_of(kind).items()}
    defaults["model"] = all_options()["model"].default
    for name, default in defaults.items():
        value = options.get(name)
        if value is None or name in left_out or value == default:
            continue
        if name not in {"model", "lr", "threads", "backend"} and value == getattr(
            usual, name.replace("-", "_")
        ):
            continue
        if name == "backend" and value == _usual_backend(config):
            continue
        chosen[name] = value
    return chosen


def _spelt(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [_flag(name) if value else _flag(f"no-{name}")]
    return [_flag(name), _FILES[name] if _is_file(name, value) else str(value)]


def _usual_backend(config: TrainConfig) -> str | None:
    """The backend that is chosen here unless the user chooses."""
    try:
        return choose_backend("auto", config.device, config.model, find_objective(config.model).backends).name
    except (BackendError, UsageError):
        return None


def _is_file(name: str, value: Any) -> bool:
    return name in _FILES and str(value).startswith(_DIGEST)


def _conditions(
    config: TrainConfig,
    options: Mapping[str, Any],
    tool: str,
    made: Mapping[str, str],
    text: Mapping[str, Any],
) -> list[Condition]:
    found = []
    if "sha256" in text:
        what = "SHA-256 of those of its parts" if "parts" in text else "SHA-256"
        found.append(Condition(f"text as read, {what}", text["sha256"]))
    if text.get("cooccurrences"):
        found.append(Condition("counts", f"of {counted(text['trained_tokens'], 'word')} of text"))
    if "vocabulary_words_seen" in text:
        found.append(Condition("vocabulary", "the words of this file, with their counts"))
    found += [
        Condition(f"{name} file" if name != "init" else "init vectors", value)
        for name, value in options.items()
        if _is_file(name, value)
    ]
    found.append(Condition("program", tool, f"embtrain {__version__}"))
    here = _made_here(config)
    found += [Condition(what.replace("_", " "), value, here.get(what)) for what, value in made.items()]
    return found


def _made_here(config: TrainConfig) -> dict[str, str]:
    try:
        return made_with(config)
    except (ImportError, ValueError, BackendError):
        return {}


def _notes(config: TrainConfig, epochs: Sequence[Any], text: Mapping[str, Any]) -> list[str]:
    notes = []
    if config.threads != 1 and not getattr(config, "deterministic", False):
        notes.append(
            f"it was trained with {counted(config.threads or 0, 'thread')}, whose order no run repeats: the "
            "same command gives vectors that are as good, with other bits"
        )
    if len(epochs) < config.epochs:
        notes.append(_ended_early(config, epochs))
    if not text.get("cooccurrences"):
        notes.append(
            f"names of files are not recorded, and neither are {option('format')}, {option('field')} and "
            f"{option('on-error')}, which only decide on the text as read"
        )
    return notes


def _transformed(metadata: Mapping[str, str]) -> list[str]:
    steps = recorded_steps(metadata)
    if not steps:
        return []
    return [f"the vectors were transformed after the training: embtrain transform FILE {shlex.join(steps)}"]


def _ended_early(config: TrainConfig, epochs: Sequence[Any]) -> str:
    return (
        f"it ended after {len(epochs)} of {counted(config.epochs, 'epoch')}, so {option('patience')} had "
        "a number that is not recorded"
    )


def _flag(name: str) -> str:
    """An option as a command line spells it."""
    return on_command_line(option(name))
