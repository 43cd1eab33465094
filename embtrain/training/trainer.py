"""The training loop: Python drives bounded steps, so that progress and Ctrl-C never wait."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec
import torch

from embtrain.config import TrainConfig
from embtrain.errors import EmbtrainError
from embtrain.ops.backends import choose_backend
from embtrain.ops.steps import FIXED_STEP, open_device, step_function
from embtrain.text.corpus import Block, EncodedCorpus
from embtrain.training.learning_rate import with_learning_rate
from embtrain.training.model import Model
from embtrain.training.pairs import check_neighbours, no_pairs
from embtrain.training.schedule import StepSize

#: Kernels sum the loss in units of 1 / LOSS_UNITS; whole numbers add up the same wherever steps end.
LOSS_UNITS = 2**24


@dataclass
class Progress:
    """State of a running epoch; words, kept and pairs count within it, `done` over all epochs.

    `scores` are those of an evaluation after the epoch, by name; `coverage` says for each of these how many
    items it is made of, and how many the set has.
    """

    epoch: int
    words: int = 0
    kept: int = 0
    pairs: int = 0
    loss_units: int = 0
    seconds: float = 0.0
    done: int = 0
    lr: float = 0.0
    counts_pairs: bool = True  # False where the backend tells neither pairs nor loss
    scores: dict[str, float] = field(default_factory=dict)
    coverage: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def loss(self) -> float:
        """Mean loss per positive pair of this epoch so far, NaN before the first pair."""
        return self.loss_units / LOSS_UNITS / self.pairs if self.pairs else math.nan

    def as_record(self) -> dict[str, Any]:
        """What the output's metadata keeps of an epoch; no times, so that equal runs give equal files."""
        fields = asdict(self)
        loss = self.loss if self.pairs else None
        pairs = self.pairs if self.counts_pairs else None
        scores: dict[str, Any] = {"scores": self.scores} if self.scores else {}
        if self.coverage:
            scores["coverage"] = {
                name: {"covered": covered, "items": items} for name, (covered, items) in self.coverage.items()
            }
        return {k: fields[k] for k in ("epoch", "words", "kept")} | {"pairs": pairs, "loss": loss} | scores


class Trainer:
    """Trains a model on an encoded corpus.

    Args:
        corpus: token ids, read once an epoch.
        config: options; where no learning rate is given, the text decides on it.
        step_tokens: tokens of a step, or None for the backend's way: `cpu` adapts to the machine, and with
            one thread results do not depend on it; `batched` has a fixed size, because they do.

    Raises:
        BackendError: the backend or device is not available here.
        ResourceError: the tables do not fit in memory.
    """

    def __init__(self, corpus: EncodedCorpus, config: TrainConfig, step_tokens: int | None = None) -> None:
        self.corpus = corpus
        backend = choose_backend(config.backend, config.device, config.model).name
        self.config = msgspec.structs.replace(with_learning_rate(config, corpus), backend=backend)
        self.model = Model(corpus.vocabulary, self.config)
        self.epochs: list[Progress] = []
        self._step_of = step_function(self.config, backend)
        if backend == "batched":
            self.model.move(open_device(self.config.device))
            step_tokens = step_tokens or FIXED_STEP
        self._step_size = StepSize(step_tokens)

    def train(
        self,
        on_step: Callable[[Progress], None] | None = None,
        on_epoch: Callable[[Progress], bool] | None = None,
    ) -> list[Progress]:
        """Runs all epochs, or until `on_epoch` returns False. Returns one record an epoch.

        `on_step` is called after each step, `on_epoch` after each epoch (an `Examiner`, for example), when
        nothing changes the tables.

        Raises:
            EmbtrainError: the loss is no longer a number; there was nothing to train.
        """
        check_neighbours(self.corpus)
        for epoch in range(self.config.epochs):
            progress = Progress(epoch + 1, done=epoch * self.corpus.tokens)
            reader = self.corpus.reader()
            started = time.perf_counter()
            while (block := reader.read(self._step_size.tokens)) is not None:
                before = time.perf_counter()
                self._step(block, progress)
                now = time.perf_counter()
                self._step_size.measured(len(block.ids), now - before)
                progress.seconds = now - started
                if on_step is not None:
                    on_step(progress)
            self.epochs.append(progress)
            if on_epoch is not None and not on_epoch(progress):
                break
        if not any(epoch.pairs for epoch in self.epochs):
            raise no_pairs(self.corpus, self.config, self.epochs)
        return self.epochs

    def _step(self, block: Block, progress: Progress) -> None:
        config, model = self.config, self.model
        ids, sentences = torch.from_numpy(block.ids.view("int32")), torch.from_numpy(block.sentences)
        words, kept, pairs, loss = self._step_of(
            model.input, model.output, ids, sentences, block.position, model.keep, model.alias, model.dim,
            config.window, config.negative, config.lr, self.corpus.tokens, config.epochs, config.seed,
            progress.epoch - 1, config.threads,
        ).tolist()  # fmt: skip
        if not math.isfinite(loss):
            raise EmbtrainError(
                f"training diverged in epoch {progress.epoch} at token {block.position}: the loss is {loss}; "
                f"lower --lr (now {config.lr:g})"
            )
        progress.words += int(words)
        progress.kept += int(kept)
        progress.pairs += int(pairs)
        progress.loss_units += round(loss * LOSS_UNITS)
        progress.done += len(block.ids)
        share = 1 - progress.done / (self.corpus.tokens * config.epochs)
        progress.lr = (config.lr or 0.0) * max(1e-4, share)
