"""Which results the evaluation's benchmark calls the same."""

from importlib import util

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def evaluate():
    spec = util.spec_from_file_location("evaluate_benchmark", ROOT / "benchmarks" / "evaluate.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found(right, ties=0, wordsim=0.5):
    return {"sections": {"a": [right, 10 - right]}, "pairs": {"wordsim353": wordsim}, "ties": ties}


def test_differences(evaluate):
    assert evaluate.differences(found(4), found(4, wordsim=0.5000001)) == []
    assert evaluate.differences(found(4, ties=1), found(5)) == []
    assert evaluate.differences(found(4), found(5)) == ["a: gensim 5 right, 5 wrong; embtrain 4, 6"]
    assert evaluate.differences(found(4), found(4, wordsim=0.51)) == ["wordsim353: gensim 0.51, embtrain 0.5"]


def test_the_table_compares_cpu_seconds(evaluate):
    def spent(cpu):
        return {"seconds": cpu, "cpu": cpu, "sections": {"total": [1, 2]}, "pairs": {"wordsim353": 0.5}}

    rows = [("embtrain", spent(2.0), 80.0), ("gensim", spent(100.0), None)]
    lines = evaluate.table(rows).splitlines()
    assert lines[2].startswith("| embtrain | 2.00 | 2.00 | 50.0 | 80 | 1 | 2 |")
    assert lines[3].startswith("| gensim | 100.00 | 100.00 | 1.0 | - |")
