import json
import sys
from pathlib import Path

import pytest
from harness.measure import Finished, Line
from harness.peers import PEERS, Job, MissingPeerError, PeerFailedError
from harness.peers.embtrain_cli import Embtrain, EmbtrainBatched
from harness.peers.fasttext_module import FastText
from harness.peers.gensim_word2vec import Gensim
from harness.peers.word2vec_c import Word2VecC
from harness.rows import Settings


def finished(*lines):
    return Finished(0, 10.0, 9.0, 1.0, 100.0, [Line(seconds, text) for seconds, text in lines])


@pytest.fixture
def job(tmp_path):
    return Job(Path("corpus.txt"), tmp_path / "vectors.bin", Settings(epochs=2, dim=50, threads=3), seed=7)


def test_embtrain_is_timed_by_its_own_event(job):
    trained = {
        "event": "trained",
        "seconds": 4.5,
        "epoch_seconds": [2.0, 2.5],
        "words": 10,
        "pairs": 99,
        "x": 1,
    }
    noise = ((0.1, "{broken"), (0.2, '{"event": "progress", "seconds": 1}'))
    training = Embtrain().training(job, finished(*noise, (9.0, json.dumps(trained)), (9.5, "saved")))
    assert (training.seconds, training.epoch_seconds, training.pairs) == (4.5, [2.0, 2.5], 99)


def test_embtrain_command_carries_every_setting(job):
    command = " ".join(Embtrain().command(job))
    assert " -m embtrain train corpus.txt -o " in command
    model = "--model skipgram --dim 50 --window 5 --negative 5 --sample 0.001 --min-count 5"
    assert f" --force {model} --epochs 2 --threads 3 --seed 7 --progress json" in command


def test_the_batched_backend_is_a_peer_of_its_own(job):
    assert PEERS["embtrain-batched"] is EmbtrainBatched
    for peer, backend in ((Embtrain, "auto"), (EmbtrainBatched, "batched")):
        command = peer().command(job)
        assert command[command.index("--backend") + 1] == backend


def test_more_options_are_split_as_a_shell_would(job):
    settings = Settings(embtrain_options="--lr .05 --note 'two words'")
    command = Embtrain().command(Job(job.corpus, job.vectors, settings, 1))
    assert command[-4:] == ["--lr", ".05", "--note", "two words"]


def test_fasttext_training_starts_where_its_reading_ends(job):
    said = finished(
        (1.0, "Number of words: 9"), (3.0, "Number of labels: 0"), (8.0, '{"event": "trained", "lr": 0.05}')
    )
    training = FastText().training(job, said)
    assert (training.seconds, training.lr) == (5.0, 0.05)


def test_word2vec_training_is_scaled_from_its_progress(job):
    said = finished(
        (0.0, "Starting training using file x"),
        (2.0, "Alpha: 0.0245  Progress: 10.00%  Words/thread/sec: 100.00k"),
        (5.0, "Alpha: 0.0122  Progress: 60.00%  Words/thread/sec: 100.00k"),
        (6.8, "Alpha: 0.0010  Progress: 90.00%  Words/thread/sec: 100.00k"),
    )
    training = Word2VecC().training(job, said)
    assert training.seconds == pytest.approx(6.0)


def test_word2vec_on_too_small_a_text_cannot_be_timed(job):
    said = finished((2.0, "Alpha: 0.0245  Progress: 80.00%  Words/thread/sec: 100.00k"))
    with pytest.raises(PeerFailedError, match="too small"):
        Word2VecC().training(job, said)


@pytest.mark.parametrize("peer", [Embtrain, Gensim, FastText])
def test_a_program_that_does_not_say_how_long_it_trained_has_failed(peer, job):
    with pytest.raises(PeerFailedError, match="trained"):
        peer().training(job, finished((0.5, "hello"), (0.6, '{"event": "other"}')))


@pytest.mark.parametrize("name", PEERS)
def test_a_program_that_is_not_there_is_missing(name, tmp_path):
    with pytest.raises(MissingPeerError):
        PEERS[name](str(tmp_path / "nothing")).version()


def test_versions_of_what_is_installed():
    import gensim

    import embtrain

    assert Gensim().version() == gensim.__version__
    assert Embtrain(sys.executable).version().startswith(f"{embtrain.__version__} code ")
