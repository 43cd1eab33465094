"""Options of `embtrain phrases`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from embtrain.cli.option_groups import all_of, grouped
from embtrain.cli.run_options import (
    TakenOptions,
    max_sentence_option,
    progress_option,
    quiet_option,
    threads_option,
    tmp_dir_option,
)
from embtrain.cli.shell.completed import FILE, Completed
from embtrain.cli.values import ValueType
from embtrain.cli.vocab.options import memory_size
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.processors import available_processors
from embtrain.values import Allowed
from embtrain.wording import joined

if TYPE_CHECKING:
    from embtrain.text.phrases.learning import PhraseSettings
    from embtrain.text.tokenization import Tokenization

Command = Callable[..., None]

_output, _phrases, _run, _text = map(grouped, ("Output", "Phrases", "Run", "Text"))

output_options = all_of(
    _output("-o", "--output", metavar="FILE", type=FILE, help="Text with phrases joined, - for stdout."),
    _output("--save", metavar="FILE", type=FILE, help="Write the phrases with score and count, as TSV."),
    _output("--force", is_flag=True, help="Replace existing outputs."),
)

phrase_options = all_of(
    _phrases(
        "--scoring",
        type=click.Choice(["default", "npmi"]),
        default="default",
        show_default=True,
        help="How to score a pair of words: as word2phrase, or by NPMI, from -1 to 1.",
    ),
    _phrases(
        "--threshold",
        type=ValueType(Allowed(float)),
        metavar="X",
        help="Join what scores more than this [default: 10, or 0.5 with --scoring npmi].",
    ),
    _phrases(
        "--min-count",
        type=ValueType(Allowed(int, low=1, high=2**40)),
        metavar="N",
        default=5,
        show_default=True,
        help="A phrase occurs N times; word2phrase's score takes it off the count.",
    ),
    _phrases(
        "--passes",
        type=ValueType(Allowed(int, low=1, high=16)),
        metavar="N",
        default=1,
        show_default=True,
        help="Look for phrases so often; the second time finds phrases of phrases: new_york_times.",
    ),
    _phrases(
        "--connector-words",
        type=Completed("en", paths="file"),
        metavar="en|FILE",
        help="Words that a phrase may have inside but not at its ends: en is a list for English, of, the ... "
        "(gensim's); a FILE has one a line.",
    ),
    _phrases(
        "--delimiter",
        metavar="TEXT",
        default="_",
        show_default=True,
        help="What stands between the words of a phrase.",
    ),
)

run_options = all_of(
    max_sentence_option("phrases", _text),
    _run(
        "--memory",
        callback=memory_size,
        metavar="SIZE",
        default="256M",
        show_default=True,
        help="Memory for counting pairs, besides that for the words; if it is too little for all pairs, they "
        "are counted in turns.",
    ),
    threads_option(_run),
    tmp_dir_option(
        _run, "Where the text is kept while it is counted, 4 bytes a word [default: the system's choice]."
    ),
    progress_option(_run),
    quiet_option(_run),
)

#: Options that say what is a phrase of the text; they say nothing about phrases that are known.
_LEARNING = ("scoring", "threshold", "min_count", "passes", "connector_words", "delimiter", "memory")


@dataclass(frozen=True)
class LearningOptions(TakenOptions):
    """The options that say what is a phrase, and what counting may use."""

    scoring: str
    threshold: float | None
    min_count: int
    passes: int
    connector_words: str | None
    delimiter: str
    memory: int
    threads: int | None

    @property
    def n_threads(self) -> int:
        """Threads to use."""
        return self.threads or available_processors()

    @property
    def connectors_file(self) -> str | None:
        """The file of connector words, if there is one."""
        from embtrain.text.phrases.connectors import LISTS

        return None if self.connector_words in LISTS else self.connector_words

    def settings(self, tokenization: "Tokenization") -> "PhraseSettings":
        """What is a phrase. Raises UsageError, DataError."""
        from embtrain.text.phrases.connectors import connector_words
        from embtrain.text.phrases.learning import PhraseSettings
        from embtrain.text.phrases.scoring import Scoring

        delimiter = self.delimiter.encode("utf-8", "surrogateescape")
        if delimiter.split() != [delimiter]:
            raise UsageError(
                f"{option('delimiter')} '{self.delimiter}' must not be empty or contain white space, "
                "which separates words"
            )
        return PhraseSettings(
            Scoring("npmi" if self.scoring == "npmi" else "default", self.threshold, self.min_count),
            self.passes,
            connector_words(self.connector_words, tokenization),
            delimiter,
        )


def check_phrase_options(ctx: click.Context) -> None:
    """Checks that options go together. Raises UsageError."""
    given = ctx.params
    if given["output"] is None and given["save"] is None:
        raise UsageError(
            f"nothing to write: give -o FILE for the text with phrases joined, {option('save')} FILE for the "
            "phrases, or both"
        )
    if given["phrases"] is None:
        return
    if given["output"] is None or given["save"] is not None:
        raise UsageError(
            f"{option('phrases')} joins phrases that are known: give -o FILE, and leave out {option('save')}"
        )
    named = [name for name in _LEARNING if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if named:
        names = joined([option(name.replace("_", "-")) for name in named])
        raise UsageError(f"{option('phrases')} joins phrases that are known: leave out {names}")
