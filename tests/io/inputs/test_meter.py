"""The share of the inputs that has been read."""

import gzip
import os

import pytest

from embtrain.io.file_range import FileRange
from embtrain.io.inputs.meter import measure
from embtrain.io.inputs.open import open_input
from embtrain.text.encode import encode_corpus


@pytest.fixture
def files(tmp_path):
    text = os.urandom(1 << 19).hex().encode() + b" a a a a a a\n"
    (tmp_path / "plain").write_bytes(text * 3)
    (tmp_path / "packed.gz").write_bytes(gzip.compress(text * 3, 1))
    return [str(tmp_path / "plain"), str(tmp_path / "packed.gz")]


def shares(sources):
    meter = measure()
    seen = []
    with encode_corpus(sources, min_count=1, on_progress=lambda stats: seen.append(meter.share)):
        pass
    return seen, meter.share


def test_it_rises_with_plain_and_compressed_files_and_ends_at_one(files):
    seen, last = shares(files)
    assert last == 1
    assert seen == sorted(seen)
    assert len(set(seen)) > 4
    # Halfway is where the first file ends, by what lies on the disk.
    sizes = [os.path.getsize(path) for path in files]
    assert any(abs(share - sizes[0] / sum(sizes)) < 0.05 for share in seen)


def test_of_a_range_it_is_the_share_of_the_range(files):
    size = os.path.getsize(files[0])
    part = FileRange(files[0], size // 4, size)
    meter = measure()
    meter.expect([part])
    with open_input(part) as stream:
        # The bytes before the range are a third as many as those in it.
        assert meter.share < 0.25
        while stream.read(1 << 16):
            pass
        assert meter.share == 1


@pytest.mark.parametrize("special", ["pipe", "parquet"])
def test_where_sizes_say_nothing_there_is_no_share(files, tmp_path, special):
    meter = measure()
    if special == "pipe":
        os.mkfifo(tmp_path / "p")
        meter.expect([*files, str(tmp_path / "p")])
    else:
        (tmp_path / "p").write_bytes(b"PAR1 and more")
        meter.expect([str(tmp_path / "p")])
        with open(tmp_path / "p", "rb", buffering=0) as file:
            meter.opened(str(tmp_path / "p"), file)
    assert meter.share is None


def test_other_files_do_not_count(files, tmp_path):
    meter = measure()
    meter.expect(files)
    (tmp_path / "vocabulary").write_bytes(b"a 1\n")
    with open(tmp_path / "vocabulary", "rb", buffering=0) as file:
        meter.opened(str(tmp_path / "vocabulary"), file)
        file.read()
    assert meter.share == 0


def test_no_inputs_have_no_share():
    meter = measure()
    meter.expect([])
    assert meter.share is None
