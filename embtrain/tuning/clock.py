"""The time of a search, which goes on where an earlier run of the same search ended."""

import time


class Clock:
    """Counts the seconds of a search against its budget.

    While finished trials are read back, it shows the time at which each of them ended, so that the search
    decides as it did then. After that it goes on from the last of these times, and adds what reading cost.

    Args:
        budget: seconds.
        spent: seconds that earlier runs had spent when their first entry was written; None if there were
            none.
    """

    def __init__(self, budget: float, spent: float | None = None) -> None:
        self.budget = budget
        self._began = time.monotonic()
        self._before = spent or 0.0
        self._is_replaying = spent is not None

    def replay(self, spent: float) -> None:
        """Shows a time of an earlier run; once time passes, this changes nothing."""
        if self._is_replaying:
            self._before = max(self._before, spent)

    def go_on(self) -> None:
        """From here on, time passes."""
        self._is_replaying = False

    @property
    def spent(self) -> float:
        """Seconds since the search began, without those between its runs."""
        return self._before + (0.0 if self._is_replaying else time.monotonic() - self._began)

    @property
    def left(self) -> float:
        """Seconds of the budget that are left; below 0 when it is over."""
        return self.budget - self.spent
