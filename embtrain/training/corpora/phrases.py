"""Finds the phrases of a text before it is trained on."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from embtrain.io.inputs.meter import measure
from embtrain.native import require
from embtrain.processors import available_processors
from embtrain.text.encode import encode_pieces
from embtrain.text.phrases.copies import TextCopy
from embtrain.text.phrases.scoring import Scoring
from embtrain.text.tokenizers.files import TokenizerFile
from embtrain.training.corpora.sources import TextSource
from embtrain.training.reporting.events import Event, Noted, Preparing, Reading
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.io.inputs.paths import Warn
    from embtrain.text.corpus import EncodedCorpus
    from embtrain.text.phrases.learning import PassCounts
    from embtrain.text.phrases.phrases import Phrases
    from embtrain.text.reading import TextReader

#: What is a phrase, for the metadata: the defaults of `embtrain phrases`.
SETTINGS: Final[dict[str, Any]] = {
    "scoring": "default",
    "threshold": Scoring().least_score,
    "min_count": Scoring().min_count,
    "passes": 1,
    "delimiter": "_",
}


@dataclass
class CopiedText:
    """A text that was read once, from its copy, with phrases joined (a `TextSource`).

    Attributes:
        copy: of the text.
        paths: as of the text.
    """

    copy: TextCopy
    paths: Sequence[str]

    def encode(self, reader: "TextReader", warn: "Warn", **how: Any) -> "EncodedCorpus":
        """Encodes the text."""
        join = reader.tokenization.join_phrases
        return encode_pieces(
            ((name, join(pieces)) for name, pieces in self.copy.inputs()), reader=reader, **how
        )


@contextmanager
def with_phrases(
    source: TextSource,
    reader: "TextReader",
    config: "TrainConfig",
    tmp_dir: str | None,
    tell: Callable[[Event], None],
    warn: "Warn",
) -> Iterator[CopiedText]:
    """Reads a text, finds its phrases with the defaults of `embtrain phrases`, and has the reader join them.

    The text is copied to a temporary file as it is read, so it may come from a pipe.

    Args:
        source: the text, opened with `reader`, which joins no phrases yet.
        config: its max_sentence and threads are used.
        tell: receives events.

    Yields:
        The text to train on; its copy is removed on exit.

    Raises:
        DataError: the text is damaged, or has no words.
        ResourceError: memory or disk ran out.
        BackendError: the native module is missing.
    """
    require("finding phrases")
    with closing(TextCopy(tmp_dir)) as copy:
        phrases = _find(source, reader, config, copy, tmp_dir, tell, warn)
        reader.tokenization.add_phrases(TokenizerFile("the phrases found", _as_file(phrases)))
        yield CopiedText(copy, source.paths)


def _find(
    source: TextSource,
    reader: "TextReader",
    config: "TrainConfig",
    copy: TextCopy,
    tmp_dir: str | None,
    tell: Callable[[Event], None],
    warn: "Warn",
) -> "Phrases":
    from embtrain.text.phrases.learning import PhraseLearner, PhraseResources, PhraseSettings

    def on_counted(counts: "PassCounts") -> None:
        pairs = counted(counts.text.entries, "different word and pair", "different words and pairs")
        tell(Noted(f"found {counted(counts.phrases, 'phrase')} among {pairs}"))

    working = PhraseResources(
        threads=config.threads or available_processors(),
        tmp_dir=tmp_dir,
        on_progress=lambda *progress: tell(Preparing(*progress)),
        on_counted=on_counted,
    )
    measured = measure()
    with (
        source.encode(
            reader,
            warn,
            min_count=1,
            max_sentence=config.max_sentence,
            tmp_dir=tmp_dir,
            on_progress=lambda stats: tell(Reading(stats, measured.share)),
            copy=copy,
        ) as encoded,
        closing(PhraseLearner(encoded, PhraseSettings(), working)) as learner,
    ):
        return learner.learn()


def _as_file(phrases: "Phrases") -> bytes:
    """The file that `embtrain phrases --save` writes."""
    from embtrain.text.phrases.file import write_phrases

    file = io.BytesIO()
    write_phrases(phrases, file)
    return file.getvalue()
