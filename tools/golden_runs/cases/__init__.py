"""The fixed list of cases."""

from tools.golden_runs.case import Case
from tools.golden_runs.cases import analysis, conversions, help_pages, queries, text, trainings, wrong

#: Writes the files that other cases read from `made`.
PREPARE = conversions.PREPARE


def all_cases() -> list[Case]:
    """All cases except `prepare`, the longest first."""
    rooms = (trainings, analysis, conversions, queries, text, help_pages, wrong)
    return [case for room in rooms for case in room.cases()]
