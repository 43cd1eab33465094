"""What the shell sees of `train`: pipes, signals, closed streams, terminals. Each test starts processes."""

import json
import os
import pty
import signal
import subprocess
import time

import pytest

from tests.conftest import ROOT, SMALL, command, environment, shell, start

OPTIONS = " ".join(SMALL)
FOREVER = ("--dim", "64", "--min-count", "1", "--epochs", "100000", "--progress", "json")


@pytest.fixture(scope="module")
def piped(corpus, tmp_path_factory):
    """One pipeline and the same from files: a folder with the bytes that each gave."""
    folder = tmp_path_factory.mktemp("piped")
    result = shell(
        f"""
        cat {corpus} | $EMBTRAIN train - -o - {OPTIONS} 2> messages | tee shared \
            | $EMBTRAIN export - --to word2vec -o - > words.bin &&
        gzip -c {corpus} | $EMBTRAIN train -o packed {OPTIONS} -q &&
        $EMBTRAIN train {corpus} -o file {OPTIONS} -q &&
        $EMBTRAIN export file --to word2vec -o file.bin
        """,
        folder,
    )
    assert result.code == 0, result.err
    return folder


def test_from_a_pipe_to_a_pipe_gives_the_bytes_of_a_file(piped):
    shared = (piped / "shared").read_bytes()
    assert shared == (piped / "file").read_bytes()
    assert (piped / "words.bin").read_bytes() == (piped / "file.bin").read_bytes()
    assert "trained 2 epochs" in (piped / "messages").read_text()


def test_compressed_text_from_a_pipe_gives_the_same_vectors(piped):
    assert (piped / "packed").read_bytes() == (piped / "file").read_bytes()


def test_the_output_has_the_permissions_of_the_umask(corpus, tmp_path):
    result = shell(f"umask 027; $EMBTRAIN train {corpus} -o v {OPTIONS} -q && stat -c %a v", tmp_path)
    assert result.out == b"640\n"


def test_a_full_disk_behind_stdout_is_code_4(corpus, tmp_path):
    result = shell(f"$EMBTRAIN train {corpus} -o - {OPTIONS} > /dev/full", tmp_path)
    assert result.code == 4
    assert "no space left" in result.error_line


def test_a_reader_that_leaves_early_fails_the_training(corpus, tmp_path):
    """Binary output that is not read in full is lost: code 4, as documented."""
    result = shell(
        f"$EMBTRAIN train {corpus} -o - {OPTIONS} --dim 400 --context | true; exit ${{PIPESTATUS[0]}}",
        tmp_path,
    )
    assert result.code == 4
    assert "closed the pipe" in result.error_line


def test_empty_stdin_is_bad_data(tmp_path):
    result = shell("$EMBTRAIN train - -o v < /dev/null", tmp_path)
    assert result.code == 3
    assert "no words" in result.error_line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("redirections", ["2>&-", "2>/dev/full", "<&- 2>&-"])
def test_a_stderr_that_takes_nothing_does_not_stop_the_training(corpus, tmp_path, redirections):
    result = shell(f"$EMBTRAIN train {corpus} -o v {OPTIONS} {redirections}", tmp_path)
    assert result.code == 0
    assert (tmp_path / "v").stat().st_size > 24 * 16 * 4


def test_a_closed_stdout_cannot_swallow_the_vectors(corpus, tmp_path):
    result = shell(f"$EMBTRAIN train {corpus} -o - {OPTIONS} >&-", tmp_path)
    assert result.code == 4
    assert "stdout: could not be written" in result.error_line


def test_a_stderr_without_a_reader_does_not_stop_the_training(corpus, tmp_path):
    process = start("train", corpus, "-o", tmp_path / "v", *SMALL, stderr=subprocess.PIPE)
    process.stderr.close()
    assert process.wait(300) == 0
    assert (tmp_path / "v").exists()


@pytest.mark.parametrize("source", [[], ["-"]])
def test_a_terminal_as_input_is_a_usage_error_not_a_silent_wait(tmp_path, source):
    ours, theirs = pty.openpty()
    try:
        process = start("train", *source, "-o", tmp_path / "v", stdin=theirs, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=300)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 2
    assert b"pipe the" in err


def test_vectors_are_not_printed_on_a_terminal(corpus, tmp_path):
    ours, theirs = pty.openpty()
    try:
        process = start("train", corpus, "-o", "-", stdout=theirs, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=300)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 2
    assert b"stdout is a terminal" in err


class Interrupted:
    """A training that is stopped by a signal, in a folder that holds an earlier output."""

    def __init__(self, folder, *arguments):
        self.folder = folder
        self.spools = folder / "spools"
        self.spools.mkdir()
        (folder / "v").write_bytes(b"precious")
        self.process = start(
            *("train", *arguments, "-o", folder / "v", "--force", "--tmp-dir", self.spools, *FOREVER),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def reach_counting(self, text):
        """Returns when more has been read than a pipe holds; the input stays open."""
        self.process.stdin.write(text * (1 + (1 << 20) // len(text)))
        self.process.stdin.flush()

    def reach_training(self):
        """Returns when training reports its progress."""
        for line in self.process.stderr:
            event = json.loads(line)
            if event["event"] in ("epoch", "progress") and event.get("phase") != "reading":
                return
        pytest.fail("the training never began")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        """Whatever the test found, no process outlives it."""
        self.process.kill()
        self.process.communicate(timeout=300)

    def reach(self, phase, text):
        self.reach_counting(text) if phase == "counting" else self.reach_training()

    def stop(self, number):
        """Sends the signal; returns exit code, seconds it took and the last words on stderr."""
        sent = time.perf_counter()
        self.process.send_signal(number)
        # Reads on, because a full pipe would block the process.
        _, err = self.process.communicate(timeout=300)
        return self.process.returncode, time.perf_counter() - sent, err.decode()

    def check_nothing_is_left(self):
        assert (self.folder / "v").read_bytes() == b"precious"
        assert sorted(path.name for path in self.folder.iterdir()) == ["spools", "v"]
        assert list(self.spools.iterdir()) == []


@pytest.mark.parametrize("phase", ["counting", "training"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_soon_and_leaves_nothing(corpus, tmp_path, phase, number, code):
    with Interrupted(tmp_path, "-" if phase == "counting" else corpus) as run:
        run.reach(phase, corpus.read_bytes())
        returned, seconds, err = run.stop(number)
    assert returned == code
    assert err.splitlines()[-1] == f"embtrain: error: {'interrupted' if code == 130 else 'terminated'}"
    assert "Traceback" not in err
    # The promise is 0.2 s; that a busy machine takes longer to run it at all is not the program's fault.
    assert seconds < 5
    run.check_nothing_is_left()


@pytest.mark.parametrize("phase", ["counting", "training"])
def test_even_a_kill_leaves_no_spool(corpus, tmp_path, phase):
    with Interrupted(tmp_path, "-" if phase == "counting" else corpus) as run:
        run.reach(phase, corpus.read_bytes())
        assert run.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    run.check_nothing_is_left()


def test_ctrl_c_while_modules_load_ends_the_process_without_traceback():
    """What `python -m embtrain` has imported when main() is about to begin, then Ctrl-C."""
    script = "import os, signal, embtrain.__main__; os.kill(os.getpid(), signal.SIGINT); print('still here')"
    done = subprocess.run([command()[0], "-c", script], env=environment(), capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


def test_an_ignored_sigint_stays_ignored(corpus, tmp_path):
    """As under nohup, and in the background of a script."""
    result = shell(
        f"trap '' INT; $EMBTRAIN train {corpus} -o v {OPTIONS} -q & sleep .3; kill -INT $!; wait $!", tmp_path
    )
    assert result.code == 0
    assert (tmp_path / "v").exists()


def test_a_reader_of_lines_that_leaves_early_is_a_normal_end(piped):
    words = " ".join(f"a{number:02} b{number:02}" for number in range(12)) + " "
    result = shell(f"$EMBTRAIN neighbors file -k 23 {words * 60} | head -1", piped)
    assert result.code == 0
    assert result.err == ""
    assert result.out.startswith(b"a00\t1\t")


def test_no_command_is_help_and_code_2(call):
    result = call()
    assert result.code == 2
    assert result.out == b""
    assert "Commands:\n  train " in result.err


def test_help_and_version_need_nothing_heavy():
    script = (
        "import sys; from embtrain.cli.main import run\n"
        "assert run({arguments}) == 0\n"
        "print(sorted({{'torch', 'numpy', 'gensim', 'scipy'}} & set(sys.modules)), file=sys.stderr)"
    )
    for arguments in (["--help"], ["--version"], ["info"], ["info", "--json"], ["train", "--help"]):
        done = subprocess.run(
            [command()[0], "-c", script.format(arguments=arguments)],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
        )
        assert done.stderr == b"[]\n", arguments
        assert done.stdout.strip()
