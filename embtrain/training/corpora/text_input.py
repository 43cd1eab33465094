"""Reads the text of a training and encodes it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from embtrain.config import TrainConfig
from embtrain.io.inputs.meter import measure
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.text.vocab.read import read_vocabulary
from embtrain.training.corpora.inputs import TrainingInput, text_record
from embtrain.training.corpora.sources import Corpus, TextSource
from embtrain.training.job import Job
from embtrain.training.objectives.registry import find_objective
from embtrain.training.refusals import check_files, check_part
from embtrain.training.reporting.events import Encoded, Event, Reading, VocabularyRead
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from embtrain.text.known_words import KnownWords
    from embtrain.training.group.counting import SharedText


class TextInput:
    """The text of a job.

    Args:
        job: the request.
        config: its options, with those that were decided since.
        tell: receives events.
        warn: receives warnings.
    """

    def __init__(
        self, job: Job, config: TrainConfig, tell: Callable[[Event], None], warn: Callable[[str], None]
    ) -> None:
        self._job, self._config = job, config
        self._tell, self._warn = tell, warn
        self._objective = find_objective(config.model)

    @contextmanager
    def read(
        self, corpus: Corpus, known: "KnownWords | None" = None, digests: Mapping[str, str] | None = None
    ) -> Iterator[TrainingInput]:
        """Reads and encodes a corpus, and closes it on exit.

        Args:
            known: words to keep whatever their count.
            digests: of files that options name, besides those of tokenising.
        """
        reader = self.reader()
        all_digests = {**reader.tokenization.digests, **(digests or {})}
        source = corpus.open(self._config, reader)
        if source.paths != corpus.paths:
            check_files(self._job, source.paths)
        counted = self._job.vocabulary is None
        share = self._share()
        with self._encode(source, reader, known, share) as encoded:
            if known is not None:
                counts = encoded.vocabulary.counts
                self._objective.check_counts(self._config.init or "", counts, self._config)
            stats, files = encoded.stats, reader.tokenization.kept_files
            notes = reader.notes if share is None else share.notes(reader.notes)
            self._tell(Encoded(stats, self._config, counted, tuple(notes)))
            record = text_record(stats, counted)
            if self._job.group is not None:
                record["parts"] = self._job.group.size
                check_part(encoded)
            yield TrainingInput(encoded, record, all_digests, files, spool_bytes=stats.spool_bytes)

    def reader(self) -> TextReader:
        """Reads inputs as the job says."""
        job = self._job
        return TextReader(
            Tokenization(job.config, function=job.tokenizer, stop_words=job.stop_words),
            format=job.format,
            field=job.field,
            on_error=job.on_error,
            tmp_dir=job.tmp_dir,
            warn=self._warn,
        )

    def _encode(
        self,
        source: TextSource,
        reader: TextReader,
        known: "KnownWords | None",
        share: "SharedText | None",
    ) -> EncodedCorpus:
        vocabulary, measured = self.vocabulary(), measure()
        return source.encode(
            reader,
            self._warn,
            min_count=self._config.min_count,
            max_sentence=self._config.max_sentence,
            tmp_dir=self._job.tmp_dir,
            vocabulary=vocabulary,
            known=known,
            on_progress=lambda stats: self._tell(Reading(stats, measured.share)),
            share=share,
        )

    def _share(self) -> "SharedText | None":
        """The part of the text that this process reads, in a group."""
        if self._job.group is None:
            return None
        from embtrain.training.group.parts import share_of

        return share_of(self._job.group, self._config)

    def vocabulary(self) -> Vocabulary | None:
        """The given vocabulary, if any; from a file, without words below the minimum count."""
        given, config = self._job.vocabulary, self._config
        if given is None or isinstance(given, Vocabulary):
            return given
        loaded = read_vocabulary(given, config.min_count, config.encoding)
        self._objective.check_counts(given, loaded.counts, config)
        kept = (len(loaded.vocabulary), int(loaded.counts.sum()))
        self._tell(VocabularyRead(loaded.words, loaded.tokens, *kept, config.min_count))
        return loaded.vocabulary
