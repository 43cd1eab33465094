"""Plans of small corpora against what the commands do with them."""

import gzip
import json
import os

import numpy as np
import pytest

from embtrain.errors import ResourceError
from embtrain.io.free_memory import FreeMemory
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.training.objectives.options import train_config
from embtrain.training.plan import calibration, check, planner, sample
from embtrain.training.plan.growth import whole_counts
from tests.conftest import needs_native
from tests.training.plan.test_needs import text

pytestmark = needs_native
OPTIONS = ("--dim", "20", "--threads", "1", "--epochs", "2", "--min-count", "3")

#: The memory of the process counts, and this one may be that of tests with torch and gensim.
MEMORY = ("--memory", "8G")


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    monkeypatch.setattr(planner, "_TRAIN_SECONDS", 0.1)
    monkeypatch.setattr(calibration, "_WARM_UP", 0.0)


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes(text())
    return path


def planned(call, *arguments):
    result = call("plan", *arguments, "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_the_vocabulary_is_that_of_vocab_build(call, words, tmp_path):
    plan = planned(call, words, *OPTIONS)
    assert plan["corpus"]["exact"]
    for part in plan["vocabulary"]["min_counts"]:
        least = part["min_count"]
        assert call("vocab", "build", words, "--min-count", least, "-o", "-", "-q", *MEMORY).code == 0
        result = call("vocab", "build", words, "--min-count", least, "-o", "-", "-q", *MEMORY)
        counts = [int(line.split()[1]) for line in result.out.splitlines()]
        assert (part["words"], part["tokens"]) == (len(counts), sum(counts)), least
    chosen = next(part for part in plan["vocabulary"]["min_counts"] if part["min_count"] == 3)
    assert plan["vocabulary"]["words"] == chosen["words"]


@pytest.mark.parametrize("model", [(), ("--subwords", "3-5"), ("--model", "glove")], ids=" ".join)
def test_a_dry_run_is_the_same_plan_and_writes_nothing(call, words, tmp_path, model):
    plan = planned(call, words, *OPTIONS, *model, "--tmp-dir", tmp_path)
    before = sorted(os.listdir(tmp_path))
    run = ("train", words, *OPTIONS, *model, "-o", tmp_path / "v.safetensors", "--tmp-dir", tmp_path)
    result = call(*run, "--log", tmp_path / "log", "--dry-run")
    assert result.code == 0
    assert sorted(os.listdir(tmp_path)) == before
    shown = result.out.decode()
    assert f"{plan['vocabulary']['words']:,} words, which occur" in shown
    assert ("table" in shown and "words/s" in shown) or "records/s" in shown
    assert call(*run, "-q").code == 0
    size = os.path.getsize(tmp_path / "v.safetensors")
    promised = next(item["bytes"] for item in plan["disk"] if item["what"] == "vectors")
    # The header of the file holds the metadata, and a plan counts the rows of words among those of n-grams.
    assert promised == pytest.approx(size, abs=20_000, rel=0.3)


def test_compressed_text_is_planned_like_plain_text(call, words, tmp_path):
    (tmp_path / "words.txt.gz").write_bytes(gzip.compress(words.read_bytes()))
    plain, packed = (planned(call, path, *OPTIONS) for path in (words, tmp_path / "words.txt.gz"))
    assert plain["vocabulary"] == packed["vocabulary"]
    assert packed["corpus"]["bytes"] == os.path.getsize(tmp_path / "words.txt.gz")


def test_a_given_vocabulary_decides_on_the_words(call, words, tmp_path):
    assert (
        call("vocab", "build", words, "--max-vocab", 500, "-o", tmp_path / "vocab", "-q", *MEMORY).code == 0
    )
    plan = planned(call, words, *OPTIONS, "--vocab", tmp_path / "vocab")
    assert plan["vocabulary"]["words"] == 500
    assert plan["vocabulary"]["min_counts"] == []
    assert plan["corpus"]["types"] is None


class _Clock:
    """Time that passes by a second whenever it is asked for."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        self.now += 1
        return self.now


@pytest.mark.parametrize("files", [1, 3])
def test_the_rest_of_a_large_corpus_is_estimated(tmp_path, monkeypatch, files):
    monkeypatch.setattr("embtrain.io.inputs.excerpts.Excerpts.__init__.__defaults__", (1 << 15,))
    content = text(n_words=200_000, sentences=40_000)
    lines = content.split(b"\n")
    paths = []
    for k in range(files):
        paths.append(str(tmp_path / f"part{k}"))
        (tmp_path / f"part{k}").write_bytes(b"\n".join(lines[k::files]) + b"\n")

    def read(seconds):
        monkeypatch.setattr(sample, "time", _Clock())
        reader = TextReader(Tokenization(train_config({})))
        how = {"max_sentence": 10_000, "tmp_dir": None, "vocabulary": None}
        found = sample.read_sample(paths, reader, pytest.fail, seconds, **how)
        with found.corpus:
            return found.share, whole_counts(found)

    whole_share, whole = read(1e9)
    assert whole_share == 1.0
    assert whole.is_exact
    share, counts = read(60)
    assert 0.1 < share < 0.6
    assert not counts.is_exact
    assert counts.tokens == pytest.approx(whole.tokens, rel=0.05)
    assert (np.diff(counts.counts) <= 0).all()
    for least in (1, 2, 5, 20, 100):
        assert counts.words(least) == pytest.approx(whole.words(least), rel=0.15), least
    assert counts.kept_tokens(5) == pytest.approx(whole.kept_tokens(5), rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("plan", "-"), "stdin can be read only once, so nothing can be planned"),
        (("plan", "{text}", "--backend", "gensim"), "what gensim takes cannot be planned"),
        (("plan", "{text}", "--min-count", "1000000"), "no word occurs 1,000,000 times"),
        (("train", "--resume", "x", "--dry-run"), "--dry-run plans new trainings"),
        (("train", "{text}", "-o", "{text}.v", "--max-memory", "1M"), "--max-memory 1M is too little"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_what_cannot_be_planned_is_refused(call, words, arguments, expected):
    result = call(*(argument.format(text=words) for argument in arguments))
    assert result.code == (3 if "no word" in expected else 2)
    assert expected in result.error_line


def test_training_with_max_memory_chooses_and_records_the_minimum_count(call, words, monkeypatch, tmp_path):
    words.write_bytes(text(n_words=8000, sentences=8000))
    for module in (planner, calibration):
        monkeypatch.setattr(module, "resident_bytes", lambda: 200 << 20)
    options = ("--dim", "4000", "--threads", "1", "--epochs", "1")
    plan = planned(call, words, *options)
    tables = sum(
        size
        for phase in plan["memory"]["phases"]
        if phase["phase"] == "training"
        for name, size in phase["items"].items()
        if name.startswith("table")
    )
    limit = (plan["memory"]["peak"] - tables // 4) >> 20
    result = call(
        "train", words, *options, "-o", tmp_path / "v.safetensors", "--max-memory", f"{limit}M", "-q"
    )
    assert result.code == 0, result.err
    assert f"--max-memory {limit}M: chose --min-count" in result.err
    info = json.loads(call("info", tmp_path / "v.safetensors", "--json").out)
    assert info["metadata"]["config"]["min-count"] > 5
    assert info["words"] < plan["vocabulary"]["words"]


def test_memory_that_a_container_lacks_is_refused_before_tables_are_made(call, words, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "embtrain.training.model.Model.__init__", lambda *_: pytest.fail("tables were allocated")
    )
    free = FreeMemory(1 << 20, "the container (cgroup)", 1 << 21, True)
    monkeypatch.setattr(check, "free_memory", lambda: free)
    result = call("train", words, *OPTIONS, "--dim", "1000", "-o", tmp_path / "v")
    assert result.code == 4
    assert "of memory more, but 1.0 MiB is left on the container (cgroup)" in result.error_line
    assert not (tmp_path / "v").exists()


def test_memory_that_others_use_is_only_warned_of(call, words, monkeypatch, tmp_path):
    free = FreeMemory(1 << 20, "the machine", 1 << 40)
    monkeypatch.setattr(check, "free_memory", lambda: free)
    result = call("train", words, *OPTIONS, "--dim", "1000", "-o", tmp_path / "v")
    assert result.code == 0
    assert "warning: the run needs" in result.err
    assert "the machine has 1.0 MiB left" in result.err
    monkeypatch.setattr(check, "free_memory", lambda: FreeMemory(1 << 20, "the machine", 1 << 21))
    assert (
        call("train", words, *OPTIONS, "--dim", "1000", "-o", tmp_path / "w").code == ResourceError.exit_code
    )


def test_nodes_are_planned_up_to_the_number_that_is_given(call, words):
    plan = planned(call, words, *OPTIONS, "--nodes", "5")
    nodes = plan["nodes"]
    assert [one["nodes"] for one in nodes["choices"]] == [1, 2, 4, 5]
    one, *more = nodes["choices"]
    assert (one["memory"], one["sent"]) == (plan["memory"]["peak"], 0)
    assert one["seconds"] == pytest.approx([plan["time"]["total"]] * 2, abs=0.02)
    # Each process holds three copies of what it exchanges: two tables of float32 rows, 32 floats long.
    extra = 3 * 2 * plan["vocabulary"]["words"] * 32 * 4
    assert all(choice["memory"] == one["memory"] + extra for choice in more)
    # All rows at the end of both epochs, at least.
    assert all(choice["sent"] >= 2 * 2 * plan["vocabulary"]["words"] * 21 * 4 for choice in more)
    assert len(nodes["most_useful"]) == len(nodes["bits_per_second"]) == 2
    shown = call("plan", words, *OPTIONS, "--nodes", "2").out
    assert b"    nodes     memory each    sent by each       1 Gbit/s      10 Gbit/s\n" in shown
    refused = call("plan", words, "--model", "glove", "--dim", "20", "--nodes", "2")
    assert refused.code == 2
    assert "--nodes: --model glove is trained by one process; leave it out" in refused.err
