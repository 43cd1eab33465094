import resource
import subprocess
import sys
from pathlib import Path

import pytest
from harness import measure
from harness.measure import run

BENCHMARKS = Path(measure.__file__).parent.parent


def python(code):
    return run([sys.executable, "-c", code])


def test_status_output_and_cost_of_the_whole_process():
    finished = python(
        "import sys; print('out'); print('err', file=sys.stderr); sum(range(3_000_000)); sys.exit(3)"
    )
    assert finished.returncode == 3
    assert sorted(line.text for line in finished.lines) == ["err", "out"]
    assert 0 < finished.user <= finished.wall + 0.1


def test_lines_carry_the_time_of_their_first_byte():
    code = "import time; say = lambda text: print(text, end='', flush=True)\n"
    code += "say('\\ra 1%'); time.sleep(.8); say('\\rb'); say('\\n')"
    first, second = python(code).lines
    assert (first.text, second.text) == ("a 1%", "b")
    assert 0.4 < second.seconds - first.seconds < 5


def test_a_killed_process_is_a_failure():
    assert python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)").returncode == -9


def test_a_missing_program_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        run([str(tmp_path / "nothing")])


def test_peak_memory_is_that_of_the_child():
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    size = int(own) + 200
    peak = python(f"x = bytearray({size}_000_000); x[::4096] = bytes(len(x[::4096]))").peak_mb
    assert size < peak < size + 200


def test_peak_memory_hidden_by_the_parent_is_not_reported():
    code = (
        f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r}); from harness.measure import run\n"
        "big = b'x' * 300_000_000\n"
        "print(run([sys.executable, '-c', 'pass']).peak_mb)"
    )
    assert [line.text for line in python(code).lines] == ["None"]


@pytest.mark.parametrize("command", ["compare", "scaling", "memory", "encode", "glove"])
def test_the_measuring_process_stays_small(command):
    code = f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r}); import {command}; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "torch", "gensim"} & set(modules)
