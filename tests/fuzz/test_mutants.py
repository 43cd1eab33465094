"""Damaged files of every format: some here, many with `make fuzz`."""

import shutil
from random import Random

import pytest

from tests.fuzz.attempt import attempt, commands, silent
from tests.fuzz.mutate import bomb, mutant
from tests.fuzz.samples import copy_sample, make_samples

N_MUTANTS = 12


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    with silent():
        return make_samples(tmp_path_factory.mktemp("samples"))


def test_damaged_files_are_refused_or_read_but_never_crash(samples, tmp_path, capfd):
    random = Random(1)
    for order, sample in enumerate(samples):
        content = sample.part.read_bytes()
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        victim = copy_sample(sample, tmp_path)
        for number in range(N_MUTANTS):
            damaged = bomb(content, random) if number == order % 5 == 0 else mutant(content, random)
            victim.part.write_bytes(damaged)
            attempt(commands(victim.path, sample.name, random))
    assert "Traceback" not in capfd.readouterr().err


def test_the_samples_themselves_are_sound(samples):
    names = {sample.name for sample in samples}
    assert {"embtrain", "word2vec", "word2vec-text", "glove"} <= names
    for sample in samples:
        with silent():
            attempt([["check", str(sample.path), "--from", sample.name]])
