"""Continuous bag of words: compares the mean of the contexts with their centre and with negatives."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Self

import msgspec

from embtrain.config import describe
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.training.objectives.base import Tables
from embtrain.training.objectives.tables import Role, TableSpec, row_length
from embtrain.training.objectives.window_options import WindowConfig
from embtrain.training.objectives.windows import WindowObjective

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.text.corpus import TokenBlock

#: The gradient if none is given.
DEFAULT_GRADIENT: Final = "word2vec"
#: Learning rate of the weights of places, in learning rates of the rows.
POSITION_RATE: Final = 0.1


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

    position_weights: Annotated[
        bool,
        describe(
            "CBOW: weigh the contexts by their places in the window, with weights that are trained.",
            after="cbow-gradient",
        ),
    ] = False

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
    def may_change(cls, name: str, options: Mapping[str, Any]) -> bool:
        # There are weights for the places of one window.
        if name == "window" and options.get("position-weights"):
            return False
        return super().may_change(name, options)

    @classmethod
    def check_options(cls, backend: str, config: CbowConfig) -> None:
        super().check_options(backend, config)
        if backend == "gensim" and config.corrected:
            raise UsageError(
                f"{option('cbow-gradient', 'corrected')}: gensim has only word2vec's gradient; choose "
                f"{option('cbow-gradient', 'word2vec')}, or another {option('backend')}"
            )
        if backend == "gensim" and config.position_weights:
            raise UsageError(
                f"{option('position-weights', True)}: gensim has no weights of places; leave it out, or "
                f"choose another {option('backend')}"
            )

    @classmethod
    def more_tables(cls, config: CbowConfig) -> Sequence[TableSpec]:
        length = row_length(config.dim)
        shape = (2 * config.window if config.position_weights else 0, length)

        def make() -> "NDArray[Any]":
            from embtrain.native import native_or_plain

            table: NDArray[Any] = native_or_plain().new_table(*shape)
            table[:, : config.dim] = 1
            return table

        role: Role = "trained" if config.position_weights else "fixed"
        return (TableSpec("positions", role, shape, "float32", make),)

    def uses(self) -> "dict[str, NDArray[np.float64]]":
        import numpy as np

        uses = super().uses()
        if self.config.position_weights:
            # A place is in the windows of about as many centres as the reach is long.
            share = self.config.mean_reach / self.config.window
            centres = self.kept_shares().sum()
            uses["positions"] = np.full(2 * self.config.window, share * centres)
        return uses

    def arguments(self, tables: Tables, block: "TokenBlock", epoch: int) -> dict[str, Any]:
        return super().arguments(tables, block, epoch) | {
            "corrected": self.config.corrected,
            "position_rate": POSITION_RATE,
        }

    def gensim_arguments(self) -> dict[str, Any]:
        return super().gensim_arguments() | {"sg": 0}
