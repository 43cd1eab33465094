"""Says on stderr what a search does."""

from embtrain.io.reporting.progress import Reporter
from embtrain.option_names import neutral
from embtrain.training.reporting.events import Event
from embtrain.training.reporting.report import TrainingReport
from embtrain.tuning.rounds import Round
from embtrain.tuning.schedule import Schedule
from embtrain.tuning.space import Candidate, describe
from embtrain.tuning.tables import POINTS
from embtrain.tuning.trial import Trial
from embtrain.tuning.tune import Listeners
from embtrain.wording import counted, joined


class Telling:
    """Tells a reporter what happens.

    Args:
        budget: seconds.
    """

    def __init__(self, reporter: Reporter, budget: float) -> None:
        self._reporter, self._budget = reporter, budget

    def listeners(self) -> Listeners:
        """Who is told."""
        return Listeners(self._event, self._schedule, self._trial)

    def warn(self, message: str) -> None:
        """Something was left out or repeated."""
        self._reporter.warn(message)

    def resumed(self, entries: int) -> None:
        """A search goes on with what was kept."""
        self._reporter.note(f"going on after {counted(max(0, entries - 1), 'finished trial')}")

    def _event(self, event: Event) -> None:
        TrainingReport(self._reporter)(event)

    def _schedule(self, schedule: Schedule, seconds: float) -> None:
        self._reporter.end_phase()
        parts = joined([share_of(part) for part in schedule.parts])
        self._reporter.note(
            f"a training with the defaults takes about {seconds:,.1f} s: choosing on {parts} of the text, "
            f"then confirming on all of it with {counted(schedule.seeds, 'seed')}"
        )

    def _trial(self, now: Round, candidate: Candidate, trial: Trial) -> None:
        defaults = now.space.defaults
        what = describe(candidate, defaults)
        if trial.failure is not None:
            said = f"failed: {neutral(trial.failure)}"
        elif candidate == defaults:
            said = f"score {POINTS * trial.score:.1f}"
        else:
            said = f"points {POINTS * (trial.score - now.score(defaults)):+.1f}"
        self._reporter.note(
            f"{share_of(now.part)} of the text, {what}, seed {trial.seed}: {said} in {trial.seconds:.1f} s "
            f"({trial.spent:,.0f} of {self._budget:,.0f} s)"
        )
        self._reporter.event(
            "trial",
            {
                "part": now.part,
                "options": trial.options,
                "seed": trial.seed,
                "scores": trial.scores,
                "seconds": trial.seconds,
                "spent": trial.spent,
                "failure": trial.failure,
            },
        )


def share_of(part: float) -> str:
    """A part of the text: 1/8, all."""
    return "all" if part == 1 else f"1/{round(1 / part)}"
