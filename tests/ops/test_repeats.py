"""No code of the operators is written twice."""

from collections import defaultdict

from tests.conftest import ROOT

OPS = ROOT / "embtrain/ops"
#: Lines in a row that must not be found twice.
RUN = 6


def repeats(sources: dict[str, str]) -> list[list[str]]:
    """Places of runs of lines that occur more than once; blank lines and indentation do not count."""
    places = defaultdict(list)
    for name, source in sources.items():
        lines = [(n, line.strip()) for n, line in enumerate(source.splitlines(), 1) if line.strip()]
        for first in range(len(lines) - RUN + 1):
            run = lines[first : first + RUN]
            places[tuple(line for _, line in run)].append(f"{name}:{run[0][0]}")
    return [found for found in places.values() if len(found) > 1]


def test_no_six_lines_stand_twice():
    files = {str(path.relative_to(OPS)): path.read_text(encoding="utf-8") for path in OPS.rglob("*.py")}
    assert len(files) > 15
    assert repeats(files) == []


def test_repeats_are_found_wherever_they_stand():
    block = "\n".join(f"line {number}" for number in range(RUN))
    indented = "\n\n".join(f"    line {number}" for number in range(RUN))
    assert repeats({"a": block, "b": f"first\n{indented}"}) == [["a:1", "b:2"]]
    assert repeats({"a": block.replace("line 5", "other"), "b": block}) == []
