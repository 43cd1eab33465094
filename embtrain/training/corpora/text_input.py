"""Reads the text of a training and encodes it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

import msgspec

from embtrain.config import TrainConfig
from embtrain.io.inputs.meter import measure
from embtrain.option_names import option
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers.files import AUTO_PHRASES
from embtrain.text.vocab.read import read_vocabulary
from embtrain.training.corpora.inputs import TrainingInput, text_record
from embtrain.training.corpora.phrases import SETTINGS, with_phrases
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
        source = corpus.open(self._config, reader)
        if source.paths != corpus.paths:
            check_files(self._job, source.paths)
        counted = self._job.vocabulary is None
        share = self._share()
        with self._encode(source, reader, known, share) as encoded:
            all_digests = {**reader.tokenization.digests, **(digests or {})}
            if known is not None:
                counts = encoded.vocabulary.counts
                self._objective.check_counts(self._config.init or "", counts, self._config)
            stats, files = encoded.stats, reader.tokenization.kept_files
            notes = reader.notes if share is None else share.notes(reader.notes)
            self._tell(Encoded(stats, self._config, counted, tuple(notes)))
            lines = reader.tokenization.duplicates
            duplicates = None if lines is None else lines.counters["duplicate_lines"]
            record = text_record(stats, counted, duplicates)
            if self._finds_phrases:
                record["phrases_found"] = SETTINGS
            if self._job.group is not None:
                record["parts"] = self._job.group.size
                check_part(encoded)
            yield TrainingInput(encoded, record, all_digests, files, spool_bytes=stats.spool_bytes)

    @property
    def _finds_phrases(self) -> bool:
        """Whether phrases are found in the text first."""
        return self._config.phrases == AUTO_PHRASES

    def _joined(self, source: TextSource, reader: TextReader) -> AbstractContextManager[TextSource]:
        """The text with phrases joined, if they are to be found first."""
        if not self._finds_phrases:
            return nullcontext(source)
        return with_phrases(source, reader, self._config, self._job.tmp_dir, self._tell, self._warn)

    def reader(self, of_sample: bool = False) -> TextReader:
        """Reads inputs as the job says, without phrases that must be found first.

        `of_sample`: whether it reads a part of the text, which does not tell which lines occurred before.
        """
        job, config = self._job, self._job.config
        if self._finds_phrases:
            config = msgspec.structs.replace(config, phrases=None)
        if of_sample:
            config = msgspec.structs.replace(config, dedup=False)
        return TextReader(
            Tokenization(config, function=job.tokenizer, stop_words=job.stop_words),
            format=job.format,
            field=job.field,
            on_error=job.on_error,
            tmp_dir=job.tmp_dir,
            warn=self._warn,
        )

    def unplanned(self) -> list[str]:
        """What a plan leaves out, because a sample of the text does not tell it: a sentence each."""
        said = []
        if self._config.dedup:
            said.append(
                f"the plan counts duplicate lines too: {option('dedup')} makes the training shorter, and "
                "reading it takes 20 to 30 bytes of memory more for each different line"
            )
        if self._finds_phrases:
            said.append(
                f"the plan is for the text without {option('phrases', AUTO_PHRASES)}, which reads it once "
                "more, from a temporary copy, and joins some words"
            )
        return said

    def _encode(
        self,
        source: TextSource,
        reader: TextReader,
        known: "KnownWords | None",
        share: "SharedText | None",
    ) -> EncodedCorpus:
        # The copy of a text in which phrases were found is needed no longer than this.
        with self._joined(source, reader) as joined:
            return self._encode_once(joined, reader, known, share)

    def _encode_once(
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
