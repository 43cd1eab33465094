"""Skip-gram: compares each context with its centre and with negatives."""

from typing import Annotated, Any, ClassVar, Literal

from embtrain.config import describe
from embtrain.training.objectives.window_options import WindowConfig
from embtrain.training.objectives.windows import WindowObjective


class SkipGramConfig(WindowConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of skip-gram."""

    model: Annotated[Literal["skipgram"], describe("What to train.")] = "skipgram"

    @property
    def usual_lr(self) -> float:
        return 0.025

    @property
    def stable_moves(self) -> tuple[float, float]:
        return 6.0, 0.4


class SkipGram(WindowObjective[SkipGramConfig]):
    """Skip-gram with negative sampling (Mikolov et al. 2013b); its arithmetic: `embtrain.ops.sgns.schema`."""

    model: ClassVar = "skipgram"
    config_type: ClassVar = SkipGramConfig
    operator: ClassVar = "sgns"
    fasttext_model: ClassVar = 2

    def gensim_arguments(self) -> dict[str, Any]:
        return super().gensim_arguments() | {"sg": 1}
