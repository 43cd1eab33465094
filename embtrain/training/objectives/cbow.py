"""Continuous bag of words: compares the mean of the contexts with their centre and with negatives."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Self

import msgspec

from embtrain.config import describe
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.training.objectives.base import Tables
from embtrain.training.objectives.window_options import WindowConfig
from embtrain.training.objectives.windows import WindowObjective

if TYPE_CHECKING:
    from embtrain.text.corpus import TokenBlock

#: The gradient if none is given.
DEFAULT_GRADIENT: Final = "word2vec"


class CbowConfig(WindowConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of CBOW."""

    model: Annotated[Literal["cbow"], describe("What to train.")] = "cbow"
    cbow_gradient: (
        Annotated[
            Literal["word2vec", "corrected"],
            describe(
                "What CBOW gives each context: the whole gradient, or its share of the mean.",
                after="model",
                default=DEFAULT_GRADIENT,
            ),
        ]
        | None
    ) = None

    @property
    def corrected(self) -> bool:
        """Whether a context gets its share of the gradient."""
        return (self.cbow_gradient or DEFAULT_GRADIENT) == "corrected"

    @property
    def usual_lr(self) -> float:
        return 0.15 if self.corrected else 0.06

    @property
    def stable_moves(self) -> tuple[float, float]:
        return (0.0, 0.5) if self.corrected else (2.0, 0.15)

    def resolved(self) -> Self:
        gradient = self.cbow_gradient or DEFAULT_GRADIENT
        return msgspec.structs.replace(super().resolved(), cbow_gradient=gradient)


class Cbow(WindowObjective[CbowConfig]):
    """CBOW with negative sampling (Mikolov et al. 2013a); `embtrain.ops.cbow.schema` has the arithmetic."""

    model: ClassVar = "cbow"
    config_type: ClassVar = CbowConfig
    operator: ClassVar = "cbow"
    fasttext_model: ClassVar = 1

    @classmethod
    def check_options(cls, backend: str, config: CbowConfig) -> None:
        super().check_options(backend, config)
        if backend == "gensim" and config.corrected:
            raise UsageError(
                f"{option('cbow-gradient', 'corrected')}: gensim has only word2vec's gradient; choose "
                f"{option('cbow-gradient', 'word2vec')}, or another {option('backend')}"
            )

    def arguments(self, tables: Tables, block: "TokenBlock", epoch: int) -> dict[str, Any]:
        return super().arguments(tables, block, epoch) | {"corrected": self.config.corrected}

    def gensim_arguments(self) -> dict[str, Any]:
        return super().gensim_arguments() | {"sg": 0}
