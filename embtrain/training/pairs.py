"""Whether there is anything to train: a word and another one beside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embtrain.config import TrainConfig
from embtrain.errors import NotFoundError
from embtrain.option_names import option
from embtrain.text.corpus import EncodedCorpus
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.training.trainer import Progress


def check_neighbours(corpus: EncodedCorpus) -> None:
    """Raises NotFoundError where every sentence is a single word, so that no word has a neighbour."""
    if corpus.tokens == corpus.sentences:
        raise NotFoundError(
            f"there is nothing to train: each of the {counted(corpus.sentences, 'sentence')} is one word, "
            "and words "
            "are trained on those beside them; expected several words a line, or lines that belong together "
            f"({option('sentence', 'document')}), or a lower {option('min-count')} if it left the others out"
        )


def no_pairs(corpus: EncodedCorpus, config: TrainConfig, epochs: "Sequence[Progress]") -> NotFoundError:
    """What to raise after epochs in which no word met another one."""
    kept = sum(epoch.kept for epoch in epochs)
    read = corpus.tokens * len(epochs)
    return NotFoundError(
        f"nothing was trained: subsampling ({option('sample', config.sample)}) kept {kept:,} of "
        f"{counted(read, 'word')}, "
        f"never two in one sentence; raise {option('sample')} (0 keeps all words), or use more text"
    )
