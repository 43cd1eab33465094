"""The GloVe benchmark: what it reads from programs and keeps, and how it builds GloVe's own tools."""

import json
import shutil
import sys

import glove as command
import pytest
from click.testing import CliRunner
from harness.disk import DiskWatch
from harness.glove import quality
from harness.glove.embtrain_glove import EmbtrainGlove, read_training
from harness.glove.glove_python import GlovePython
from harness.glove.program import GloveProgram, Outcome, Task, start
from harness.glove.rows import GloveRow, GloveSettings, Stage
from harness.glove.session import GloveSession
from harness.glove.stanford import Stanford, read_iterations
from harness.glove.stanford_build import TOOLS
from harness.glove.table import tables
from harness.measure import Finished, Line, run
from harness.peers import MissingPeerError, PeerFailedError

from tests.conftest import needs_native


def printed(*lines):
    return Finished(0, 10.0, 9.0, 1.0, 100.0, [Line(seconds, text) for seconds, text in lines], 5.0)


def stage(name="tool", wall=1.0, disk=5.0):
    return Stage(name, wall, 2 * wall, 50.0, disk)


class Fake(GloveProgram):
    """Claims `pace` seconds for each stage and iteration; fails to train with seed 13."""

    note = "not a real program."

    def __init__(self, name, pace):
        self.name = name
        self.pace = pace
        self.calls = []

    def version(self):
        return "1.0"

    def count(self, task):
        self.calls.append("count")
        (task.folder / "counts").write_text("1")
        return Outcome([stage("counts", self.pace)], self.pace)

    def train(self, task):
        self.calls.append("train")
        assert (task.folder / "counts").exists()
        if task.seed == 13:
            raise PeerFailedError("no luck")
        assert not self.vectors(task).exists()
        self.vectors(task).write_text("vectors")
        seconds = self.pace if task.settings.threads > 1 else 1.6 * self.pace
        iterations = [seconds] * task.settings.iterations
        return Outcome([stage("trains", 3 * self.pace)], iteration_seconds=iterations, loss=0.5)

    def vectors(self, task):
        return task.folder / f"vectors-{task.seed}"


@pytest.fixture
def session(tmp_path):
    from harness.corpus import scan

    text = tmp_path / "corpus.txt"
    text.write_text("a few words\n" * 10)
    work = tmp_path / "work"
    work.mkdir()

    def make(*programs):
        versions = {program: program.version() for program in programs}
        return GloveSession(versions, scan(text), GloveSettings(iterations=4), work, tmp_path / "raw.jsonl")

    return make


def test_glove_is_timed_by_the_lines_of_its_iterations():
    said = printed(
        (0.0, "TRAINING MODEL"), (2.0, "alpha: 0.750000"), (5.0, "iter: 001, cost: 0.08"),
        (7.0, "iter: 002, cost: 0.05"),
    )  # fmt: skip
    assert read_iterations(said) == ([3.0, 2.0], 0.05)


def test_embtrain_is_ready_when_its_training_begins():
    trained = {"event": "trained", "seconds": 4.0, "epoch_seconds": [1.5, 2.5], "loss": 0.25}
    outcome = read_training(stage(), printed((9.0, json.dumps(trained)), (9.5, "saved")))
    assert (outcome.ready_seconds, outcome.iteration_seconds, outcome.loss) == (5.0, [1.5, 2.5], 0.25)


@pytest.mark.parametrize("read", [read_iterations, lambda said: read_training(stage(), said)])
def test_a_program_that_does_not_say_how_long_it_trained_has_failed(read):
    with pytest.raises(PeerFailedError):
        read(printed((0.5, "hello"), (0.6, '{"event": "trained"}')))


@pytest.mark.parametrize(
    ("module", "program"),
    [("embtrain_glove", EmbtrainGlove()), ("glove_python", GlovePython(sys.executable))],
)
def test_every_setting_reaches_every_program(module, program, tmp_path, monkeypatch):
    settings = GloveSettings(
        dim=51, window=7, min_count=3, x_max=12.5, exponent=0.5, lr=0.07, iterations=9, threads=4
    )
    trained = json.dumps({"event": "trained", "seconds": 1.0, "epoch_seconds": [1.0]})
    commands = []

    def keep(name, command, folder):
        commands.append(command)
        return stage(), printed((2.0, trained))

    monkeypatch.setattr(f"harness.glove.{module}.start", keep)
    program.run(Task(tmp_path / "corpus.txt", tmp_path, settings, seed=77))
    assert {"51", "7", "3", "12.5", "0.5", "0.07", "9", "4", "77"} <= set(commands[0])


def test_parts_are_run_in_turn_and_their_folders_are_gone(session, tmp_path):
    fast, slow = Fake("embtrain", 1.0), Fake("glove", 10.0)
    current = session(fast, slow)
    current.count(2)
    current.train(2, iterations=3)
    current.run([1, 2], None)
    assert [(row.part, row.turn, row.program) for row in current.rows] == [
        (part, turn, name)
        for part in ("counting", "training", "whole")
        for turn in (1, 2)
        for name in ("embtrain", "glove")
    ]
    assert [row.settings.iterations for row in current.rows] == [0] * 4 + [3] * 4 + [4] * 4
    assert fast.calls == ["count"] * 3 + ["train"] * 2 + ["count", "train"] * 2
    assert list((tmp_path / "work").iterdir()) == []
    text = tables(current.rows)
    assert "| embtrain | 1.0 | 2 | 1.00 | 10.00 / 10.00 / 10.00 |" in text
    assert "| glove | 1.0 | 2 | 10.00 | 1.00 / 1.00 / 1.00 | 10.00 |" in text
    assert "## Quality" not in text


def test_threads_are_compared_with_processes_side_by_side(session, tmp_path):
    program = Fake("embtrain", 1.0)
    current = session(program)
    current.scale(2, iterations=3)
    assert program.calls == ["count"] + ["train"] * 2 * 3
    assert [row.alone_seconds for row in current.rows] == [[pytest.approx(1.6)] * 2] * 2
    assert list((tmp_path / "work").iterdir()) == []
    assert "| embtrain | 2 | 1.00 | 1.60 | 0.80 / 0.80 / 0.80 |" in tables(current.rows)


def test_an_interrupted_comparison_goes_on_where_it_stopped(session):
    first, again = Fake("glove", 1.0), Fake("glove", 1.0)
    session(first).run([1], None)
    current = session(again)
    current.run([1, 2], None)
    assert again.calls == ["count", "train"]
    assert [row.turn for row in current.rows] == [1, 2]


def test_a_failed_run_is_noted_and_the_others_go_on(session):
    current = session(Fake("glove", 1.0))
    current.run([13, 2], None)
    assert current.failures == ["whole 13, glove, failed: no luck"]
    assert [row.turn for row in current.rows] == [2]


def test_scores_and_losses_have_their_table():
    rows = [
        GloveRow("whole", "glove", "1", seed, GloveSettings(), "", [stage()], loss=loss, scores={"RG": loss})
        for seed, loss in ((1, 0.25), (2, 0.75))
    ]
    assert "| glove | 2 | 0.500 ± 0.354 | 0.50000 ± 0.35355 |" in tables(rows)


def test_open_files_count_as_disk_even_when_they_are_deleted(tmp_path):
    code = (
        "import os, sys, tempfile, time\n"
        f"kept = open({str(tmp_path / 'kept')!r}, 'wb'); kept.write(bytes(3_000_000)); kept.flush()\n"
        f"gone = tempfile.TemporaryFile(dir={str(tmp_path)!r}); gone.write(bytes(2_000_000)); gone.flush()\n"
        "time.sleep(.5); gone.close(); os.unlink(kept.name)"
    )
    finished = run([sys.executable, "-c", code], tmp_path)
    assert finished.returncode == 0
    assert 5.0 <= finished.disk_mb < 5.5
    assert run([sys.executable, "-c", code]).disk_mb is None


def test_a_process_that_is_gone_has_no_files(tmp_path):
    with DiskWatch(2**22 + 1, tmp_path / "missing") as watch:
        pass
    assert watch.peak == 0


def test_a_stage_that_fails_says_why(tmp_path):
    with pytest.raises(PeerFailedError, match=r"tool: exit status 3, bad luck"):
        start("tool", [sys.executable, "-c", "print('bad luck'); raise SystemExit(3)"], tmp_path)
    with pytest.raises(PeerFailedError, match="tool: No such file"):
        start("tool", [str(tmp_path / "nothing")], tmp_path)


# Functions in place of `main`, as in the package, which write what they are called with.
SOURCES = {
    "vocab_count": """
int vocab_count(char *corpus, char *output, int verbose, long long max, long long least, char *log) {
    FILE *file = fopen(output, "w");
    fprintf(file, "%s %d %lld %lld\\n", corpus, verbose, max, least);
    return fclose(file);
}""",
    "cooccur": """
FILE *logfile;
int cooccur(char *corpus, char *vocab, char *output, int verbose, int both, int window, char *overflow,
            float gigabytes, char *log) {
    logfile = fopen(log, "w");
    fclose(logfile);
    FILE *file = fopen(output, "w");
    fprintf(file, "0123456789abcdef%016d%016.1f", window, gigabytes);
    fprintf(logfile, "merged %d", both);
    return fclose(file);
}""",
    "shuffle": """
int shuffle(char *counts, char *output, char *temporary, int verbose, float gigabytes) {
    FILE *file = fopen(output, "w");
    fprintf(file, "%.1f %d\\n", gigabytes, rand());
    return fclose(file);
}""",
    "glove": """
int verbose, num_threads, num_iter, vector_size, save_gradsq = 1, use_binary = 1, model;
double x_max, alpha, eta, *cost;
long long vocab_size;
char *vocab_file, *input_file, *save_W_file;
int train_glove(void) {
    char name[500];
    sprintf(name, "%s.txt", save_W_file);
    FILE *file = fopen(name, "w");
    fprintf(file, "%d %d %d %g %g %g %lld %d %d\\n", vector_size, num_iter, num_threads, x_max, alpha, eta,
            vocab_size, use_binary, save_gradsq);
    fprintf(stderr, "alpha: 1\\niter: 001, cost: 0.5\\n");
    return fclose(file);
}""",
}


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "package" / "src" / "lib" / "glove"
    folder.mkdir(parents=True)
    for name, code in SOURCES.items():
        (folder / f"{name}.c").write_text(f"#include <stdio.h>\n#include <stdlib.h>\n{code}\n")
    return tmp_path / "package"


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_the_tools_are_built_and_called_with_what_their_functions_expect(sources, tmp_path):
    program = Stanford(tmp_path / "work", sources)
    assert program.version() == "0.1.0.dev4"
    settings = GloveSettings(dim=51, window=7, min_count=3, x_max=12.5, lr=0.07, iterations=1, threads=4)
    folder = tmp_path / "run"
    folder.mkdir()
    task = Task(tmp_path / "corpus.txt", folder, settings, seed=5)
    outcome = program.run(task)
    assert [stage.name for stage in outcome.stages] == list(TOOLS)
    assert outcome.loss == 0.5
    assert (folder / "vocab.txt").read_text() == f"{task.corpus} 0 0 3\n"
    assert program.vectors(task).read_text() == "51 1 4 12.5 0.75 0.07 1 0 0\n"
    # The log goes on after it was closed, and must not end up in the counts.
    assert (
        folder / "cooccurrence.bin"
    ).read_bytes() == b"0123456789abcdef" + b"%016d" % 7 + b"00000000000004.0"
    shuffled = (folder / "shuffled.bin").read_text()
    program.count(Task(task.corpus, folder, settings, seed=6))
    assert (folder / "shuffled.bin").read_text() != shuffled


def test_tools_that_cannot_be_built_are_missing(sources, tmp_path):
    (sources / "src" / "lib" / "glove" / "shuffle.c").write_text("this is not C\n")
    with pytest.raises(MissingPeerError):
        Stanford(tmp_path / "work", sources).version()
    with pytest.raises(MissingPeerError, match="holds no glove"):
        Stanford(tmp_path / "work", tmp_path / "work").version()
    broken = tmp_path / "package.tar.gz"
    broken.write_bytes(b"not an archive")
    with pytest.raises(MissingPeerError, match="cannot be unpacked"):
        Stanford(tmp_path / "work", broken).version()


@needs_native
def test_vectors_are_scored_as_embtrain_evaluate_does(tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("a\tb\t3\na\tc\t2\nb\tc\t1\n")
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("a 1 0\nb 0.9 0.1\nc 0.5 0.5\n")
    assert quality.score(vectors, ["wordsim353", str(pairs)]) == {"pairs": pytest.approx(0.5)}
    with pytest.raises(PeerFailedError, match="evaluation"):
        quality.score(tmp_path / "missing.txt", [])


def test_the_command_writes_its_page_and_refuses_what_is_there(tmp_path, monkeypatch):
    made = {"embtrain": Fake("embtrain", 1.0), "glove": Fake("glove", 2.0), "glove-python": Fake("x", 1.0)}
    monkeypatch.setattr(command, "EmbtrainGlove", lambda: made["embtrain"])
    monkeypatch.setattr(command, "Stanford", lambda work, source: made["glove"])
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("a few words\n" * 10)
    fixed = [str(corpus), "--work", str(tmp_path / "work"), "-o", str(tmp_path / "r"), "--skip-parity"]
    fixed += ["--no-quality", "--programs", "embtrain,glove", "--seeds", "4"]
    result = CliRunner().invoke(command.main, fixed)
    assert result.exit_code == 0, result.output
    page = (tmp_path / "r.md").read_text()
    assert all(f"## {title}" in page for title in ("Counting", "Training", "From text to vectors"))
    assert "parity tests were NOT run" in page
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == 5 * 2 * 2 + 2
    assert CliRunner().invoke(command.main, fixed).exit_code == 2
    assert CliRunner().invoke(command.main, [*fixed, "--parts", "all"]).exit_code == 2
