"""Turns the events of a training run into messages for a terminal, a log or another program."""

from datetime import UTC, datetime
from typing import Any

from embtrain import __version__
from embtrain.text.input_notes import byte_order_marks, long_words, split_lines, what_was_read
from embtrain.training.objectives.options import stored_options
from embtrain.training.reporting.events import (
    Checkpointed,
    CountingPlanned,
    CountsRead,
    Encoded,
    EpochEnd,
    Event,
    Noted,
    Preparing,
    Reading,
    Resumed,
    Saved,
    Started,
    Step,
    Trained,
    VocabularyRead,
    Warned,
)
from embtrain.training.reporting.log import Recorder, TrainingLog
from embtrain.vectors.save import shown_format
from embtrain.wording import counted


class TrainingReport:
    """Reports every event to a recorder, in order.

    Args:
        recorder: where the report goes.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._epochs = 0
        self._log = TrainingLog(recorder, 0)

    def __call__(self, event: Event) -> None:
        """Reports an event."""
        match event:
            case Warned():
                self._recorder.warn(event.message)
            case Noted():
                self._recorder.note(event.message)
            case Reading() | VocabularyRead() | Encoded():
                self._text(event)
            case CountsRead() | CountingPlanned() | Preparing():
                self._counts(event)
            case Started():
                self._started(event)
            case Step():
                self._step(event)
            case EpochEnd():
                self._epoch_end(event)
            case Trained():
                self._trained(event)
            case Resumed() | Checkpointed():
                self._checkpoint(event)
            case Saved():
                self._saved(event)

    def _text(self, event: Reading | VocabularyRead | Encoded) -> None:
        match event:
            case Reading():
                self._reading(event)
            case VocabularyRead():
                self._vocabulary_read(event)
            case Encoded():
                self._encoded(event)

    def _reading(self, event: Reading) -> None:
        stats = event.stats
        self._recorder.update("reading", stats.tokens, None, "words", {"types": stats.types}, event.share)

    def _vocabulary_read(self, event: VocabularyRead) -> None:
        note = self._recorder.note
        words, tokens = counted(event.words, "word"), counted(event.tokens, "token")
        note(f"read a vocabulary of {words} ({tokens})")
        if event.kept_words < event.words:
            note(
                f"left out {event.words - event.kept_words:,} of its words, counted fewer than "
                f"{counted(event.min_count, 'time')}, {counted(event.tokens - event.kept_tokens, 'token')}; "
                f"{counted(event.kept_words, 'word remains', 'words remain')}"
            )

    def _encoded(self, event: Encoded) -> None:
        self._recorder.end_phase()
        for note in (*event.notes, *_what_was_read(event)):
            self._recorder.note(note)
        if event.stats.long_tokens:
            self._recorder.warn(long_words(event.stats.long_tokens))
        if event.stats.boms:
            self._recorder.note(byte_order_marks(event.stats.boms))

    def _counts(self, event: CountsRead | CountingPlanned | Preparing) -> None:
        match event:
            case CountsRead():
                self._recorder.note(
                    f"read co-occurrences of {counted(event.words, 'word')} in "
                    f"{counted(event.tokens, 'token')}: {event.counting}"
                )
            case CountingPlanned():
                self._recorder.note(
                    f"counting up to {counted(event.pairs, 'pair')} of words: "
                    f"{event.n_bytes / 1e6:,.0f} MB of temporary files at most"
                )
            case Preparing():
                self._recorder.update(event.phase, event.done, event.total, "words", {})

    def _started(self, event: Started) -> None:
        self._recorder.end_phase()
        config, backend = event.config, event.backend
        if backend.fallback is None and backend.name != "cpu":
            where = f" on {config.device}" if backend.name == "batched" else ""
            self._recorder.note(f"training with the backend '{backend.name}'{where}")
        for note in event.notes:
            self._recorder.note(note)
        self._recorder.record(
            "start",
            {
                "tool": f"embtrain {__version__}",
                "started": datetime.now(UTC).isoformat(timespec="seconds"),
                "vocabulary": event.vocabulary,
                "words": event.tokens,
                "total": event.total,
                "config": stored_options(config),
            },
        )
        self._epochs = config.epochs
        self._log = TrainingLog(self._recorder, event.total)

    def _checkpoint(self, event: Resumed | Checkpointed) -> None:
        where = {"epochs": event.epochs, "done": event.done}
        match event:
            case Resumed():
                share = event.done / event.total if event.total else 0.0
                self._recorder.note(
                    f"resuming after {counted(event.epochs, 'epoch')}, {share:.1%} of the training"
                )
                self._recorder.event("resumed", where)
            case Checkpointed():
                self._recorder.record(
                    "checkpoint", where | {"waited": event.waited, "seconds": event.seconds}
                )

    def _step(self, event: Step) -> None:
        now, total = event.progress, event.total
        rate, names = now.units / now.seconds, now.counters
        fields: dict[str, Any] = {"loss": now.loss} if now.terms else {}
        fields |= {f"{names.unit}/s": rate, "eta": (total - now.done) / rate}
        fields |= {"epoch": f"{now.epoch}/{self._epochs}", "lr": now.lr}
        if now.counts_terms and names.terms != names.unit:
            fields[f"{names.terms}/s"] = now.terms / now.seconds
        self._recorder.update("training", now.done, total, names.unit, fields)
        self._log.step(now)

    def _epoch_end(self, event: EpochEnd) -> None:
        if event.scores is not None:
            self._recorder.note(f"epoch {event.progress.epoch}: {event.scores}")
        self._log.epoch(event.progress)

    def _trained(self, event: Trained) -> None:
        self._recorder.end_phase()
        if event.kept is not None:
            self._recorder.note(f"kept epoch {event.kept} of {len(event.epochs)}")
        last, seconds = event.epochs[-1], event.seconds
        unit, term = last.counters.unit, last.counters.terms
        units, terms = (sum(getattr(e, name) for e in event.epochs) for name in ("units", "terms"))
        loss = last.loss if last.terms else None
        rate, term_rate = units / seconds, terms / seconds if last.counts_terms else None
        self._recorder.event(
            "trained",
            {
                "seconds": seconds,
                "epoch_seconds": [epoch.seconds for epoch in event.epochs],
                unit: units,
                term: terms if last.counts_terms else None,
                f"{unit}_per_second": rate,
                f"{term}_per_second": term_rate,
                "loss": loss,
            },
        )
        self._recorder.note(
            f"trained {counted(len(event.epochs), 'epoch')} in {seconds:.1f} s: {rate:,.0f} {unit}/s"
            + ("" if term_rate is None or term == unit else f", {term_rate:,.0f} {term}/s")
            + ("" if loss is None else f", loss {loss:.4f}")
        )

    def _saved(self, event: Saved) -> None:
        self._recorder.event("saved", {"words": event.words, "dim": event.dim, "bytes": event.n_bytes})
        where = ("stdout" if event.output == "-" else event.output) + shown_format(event.output, event.format)
        vectors, size = counted(event.words, "vector"), event.n_bytes / 1e6
        self._recorder.note(f"wrote {vectors} of {event.dim} to {where} ({size:.1f} MB)")
        if event.left_out:
            self._recorder.note(
                f"left out what the format {event.format} cannot hold: {', '.join(event.left_out)}"
            )


def _what_was_read(event: Encoded) -> list[str]:
    """Messages on what was read, dropped or cut, with counts."""
    stats, config = event.stats, event.config
    types = stats.types if event.counted else None
    said = [what_was_read(stats.tokens, stats.sentences, types, stats.spool_bytes)]
    if not event.counted:
        unseen = stats.kept_types - stats.types
        said.append(
            f"left out {counted(stats.dropped_tokens, 'word that is', 'words that are')} not in the "
            f"vocabulary; {unseen:,} of its {counted(stats.kept_types, 'word')} "
            f"{'does' if unseen == 1 else 'do'} not occur"
        )
    if stats.dropped_types:
        said.append(
            f"left out {counted(stats.dropped_types, 'word')} seen fewer than "
            f"{counted(config.min_count, 'time')}, {counted(stats.dropped_tokens, 'token')}; "
            f"{counted(stats.kept_types, 'word remains', 'words remain')}"
        )
    if stats.stop_types:
        tokens = f", {counted(stats.stop_tokens, 'token')}" if event.counted else ""
        said.append(f"left out {counted(stats.stop_types, 'word')} of the stop list{tokens}")
    if stats.splits:
        said.append(split_lines(stats.splits, config.max_sentence))
    return said
