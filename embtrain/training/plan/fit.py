"""Chooses options with which a training fits in a memory limit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from embtrain.config import TrainConfig
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.wording import counted, joined

if TYPE_CHECKING:
    from embtrain.training.job import Job
    from embtrain.training.plan.plan import TrainingPlan
    from embtrain.training.plan.planner import Planner

#: Numbers of buckets to try, if the user chose none.
_BUCKETS: Final = tuple(1 << bits for bits in (20, 19, 18, 17))
#: Least memory for counting co-occurrences to try.
_LEAST_MEMORY: Final = 32 << 20
#: Fewest words that a training makes sense with.
_FEWEST_WORDS: Final = 1000
#: What an estimate from a sample may be wrong by.
_MARGIN: Final = 0.05


def size_text(n_bytes: float) -> str:
    """Bytes as `--max-memory` takes them: 512M, 1.5G."""
    return f"{n_bytes / 2**30:.3g}G" if n_bytes >= 2**30 else f"{n_bytes / 2**20:.0f}M"


def fit(
    planner: "Planner", job: "Job", config: TrainConfig, warn: Callable[[str], None]
) -> "tuple[Job, TrainConfig]":
    """The job and the options with which a training fits in `job.max_memory`.

    The memory for counting co-occurrences is lowered first, which does not change the result, then the number
    of buckets of n-grams, and at last the minimum count is raised. Options that the user gave stay.

    Args:
        warn: receives what was chosen, and why.

    Raises:
        UsageError: nothing fits; the message names the least memory with which the training fits.
    """
    return _Fitting(planner, job, config).fit(warn)


class _Fitting:
    def __init__(self, planner: "Planner", job: "Job", config: TrainConfig) -> None:
        assert job.max_memory is not None
        self._planner, self._job, self._config = planner, job, config
        self._limit = int(job.max_memory * (1 if planner.is_exact else 1 - _MARGIN))

    def fit(self, warn: Callable[[str], None]) -> "tuple[Job, TrainConfig]":
        usual = self._plan(self._config, None)
        if usual is not None and usual.peak.n_bytes <= self._limit:
            return self._job, self._config
        memory = self._memory()
        found = self._first_that_fits(memory)
        if found is None:
            raise self._nothing_fits(memory)
        self._say(found, memory, warn)
        job = self._job if memory is None else replace(self._job, memory=memory)
        return job, found

    def _plan(self, config: TrainConfig, memory: int | None) -> "TrainingPlan | None":
        """The plan with some options; None if there is too little memory for counting."""
        try:
            return self._planner.plan(config, memory)
        except UsageError:
            return None

    def _fits(self, config: TrainConfig, memory: int | None) -> bool:
        plan = self._plan(config, memory)
        return plan is not None and plan.peak.n_bytes <= self._limit

    def _memory(self) -> int | None:
        """The memory that is left for counting co-occurrences; None to leave it as it is."""
        if self._job.memory is not None or not self._planner.counts_first:
            return None
        plan = self._planner.plan(self._config, None)
        counting = next(phase for phase in plan.phases if phase.name == "preparing")
        if counting.n_bytes <= self._limit:
            return None
        left = self._limit - self._planner.bytes_before_counting
        return max(left, _LEAST_MEMORY)

    def _first_that_fits(self, memory: int | None) -> TrainConfig | None:
        configs = [self._config, *self._with_fewer_buckets()]
        for config in configs:
            if self._fits(config, memory):
                return config
        if "min-count" in self._job.given or self._planner.is_given:
            return None
        return self._with_higher_min_count(configs[-1], memory)

    def _with_fewer_buckets(self) -> Sequence[TrainConfig]:
        config = self._config
        if getattr(config, "subwords", None) is None or {"buckets", "subword-mode"} & self._job.given:
            return []
        return [msgspec.structs.replace(config, buckets=str(buckets)) for buckets in _BUCKETS]

    def _with_higher_min_count(self, config: TrainConfig, memory: int | None) -> TrainConfig | None:
        """The lowest minimum count that fits."""
        low, high = config.min_count, self._planner.highest_min_count(_FEWEST_WORDS)
        if high <= low or not self._fits(_counting(config, high), memory):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if self._fits(_counting(config, middle), memory):
                high = middle
            else:
                low = middle
        return _counting(config, high)

    def _say(self, found: TrainConfig, memory: int | None, warn: Callable[[str], None]) -> None:
        chosen = []
        if memory is not None:
            chosen.append(option("memory", size_text(memory)))
        buckets = getattr(found, "buckets", None)
        if buckets != getattr(self._config, "buckets", None):
            chosen.append(option("buckets", buckets))
        if found.min_count != self._config.min_count:
            words = counted(self._planner.words(found.min_count), "word")
            chosen.append(f"{option('min-count', found.min_count)} ({words})")
        plan = self._planner.plan(found, memory)
        usual = self._plan(self._config, None)
        needs = "" if usual is None else f"; without, the run needs {size_text(usual.peak.n_bytes)}"
        warn(
            f"{self._named()}: chose {joined(chosen)}, with which the run takes "
            f"{size_text(plan.peak.n_bytes)}{needs}"
        )

    def _named(self) -> str:
        return option("max-memory", size_text(self._job.max_memory or 0))

    def _nothing_fits(self, memory: int | None) -> UsageError:
        fixed = [name for name in ("min-count", "buckets", "subword-mode", "memory") if self._is_fixed(name)]
        config = [self._config, *self._with_fewer_buckets()][-1]
        if "min-count" not in fixed and not self._planner.is_given:
            highest = self._planner.highest_min_count(_FEWEST_WORDS)
            config = _counting(config, max(highest, config.min_count))
        least = self._plan(config, memory) or self._planner.plan(config, None)
        need, phase = least.peak.n_bytes * (1 if self._planner.is_exact else 1 + _MARGIN), least.peak.name
        # Rounded up, so that what is named is enough.
        need = -(-int(need) // 2**20) * 2**20
        given = f" with {joined([option(name) for name in fixed])} as given" if fixed else ""
        hint = ""
        if phase == "reading":
            hint = (
                "; reading needs that for different words: count them with `embtrain vocab build`, which "
                f"takes any number of words, and give {option('vocab')}"
            )
        elif self._planner.is_given:
            hint = f"; give a shorter {option('vocab')}"
        elif fixed:
            them = "it" if len(fixed) == 1 else "them"
            hint = f"; leave {them} out to have {them} chosen"
        return UsageError(
            f"{self._named()} is too little: the run needs at least {size_text(need)}{given} ({phase}){hint}"
        )

    def _is_fixed(self, name: str) -> bool:
        if name == "memory":
            return self._job.memory is not None and self._planner.counts_first
        return name in self._job.given


def _counting(config: TrainConfig, min_count: int) -> TrainConfig:
    return msgspec.structs.replace(config, min_count=min_count)
