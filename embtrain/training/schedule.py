"""How much work one step does."""

#: Seconds a step should take: long enough that the threads' copies of rows, made anew for each step, cost
#: nothing, short enough for progress. Ctrl-C need not wait for the end of a step.
STEP_SECONDS = 0.5


class StepSize:
    """Tokens of the next step, adapted so that steps last about STEP_SECONDS. Results do not depend on it.

    Args:
        tokens: a fixed number instead, or None to adapt.
    """

    def __init__(self, tokens: int | None = None) -> None:
        self._fixed = tokens
        self._tokens = tokens or 20_000

    @property
    def tokens(self) -> int:
        """Tokens to ask for now."""
        return self._tokens

    def measured(self, tokens: int, seconds: float) -> None:
        """Learns from a step of `tokens` that took `seconds`; changes at most to half or fourfold."""
        if self._fixed is None and tokens > 0:
            ideal = tokens * STEP_SECONDS / max(seconds, 1e-6)
            self._tokens = int(min(max(ideal, self._tokens / 2, 1000), self._tokens * 4, 50_000_000))
