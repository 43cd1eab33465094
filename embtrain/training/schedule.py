"""Chooses the size of a training step."""

#: Seconds a step should take: long enough to hide the cost of the threads' copies of rows, which each step
#: makes anew, and short enough to show progress. Ctrl-C does not wait for the end of a step.
STEP_SECONDS = 0.5


class StepSize:
    """Units of the next step, tokens or records, adapted so that steps last about STEP_SECONDS.

    Results do not depend on it.

    Args:
        units: a fixed number instead, or None to adapt.
    """

    def __init__(self, units: int | None = None) -> None:
        self._fixed = units
        self._units = units or 20_000

    @property
    def units(self) -> int:
        """Units of the next step."""
        return self._units

    def measured(self, units: int, seconds: float) -> None:
        """Adapts to a step of `units` that took `seconds`: at most halves or quadruples the next one."""
        if self._fixed is None and units > 0:
            ideal = units * STEP_SECONDS / max(seconds, 1e-6)
            self._units = int(min(max(ideal, self._units / 2, 1000), self._units * 4, 50_000_000))
