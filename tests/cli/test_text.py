"""Tokenisers and corpora from the command line."""
# ruff: noqa: RUF001 - Chinese punctuation is meant

import json
import os
import random
import subprocess
import sys

import pytest

from tests.conftest import SMALL, environment, topic_text

LINES = topic_text().decode().splitlines()


def settings_of(path) -> dict:
    import safetensors

    with safetensors.safe_open(str(path), "np") as file:
        return json.loads(file.metadata()["config"])


def test_json_lines_zst_train_what_the_same_text_does(call, corpus, tmp_path):
    zstandard = pytest.importorskip("zstandard")
    data = "".join(json.dumps({"id": n, "body": line}) + "\n" for n, line in enumerate(LINES))
    (tmp_path / "c.jsonl.zst").write_bytes(zstandard.compress(data.encode()))
    plain = call("train", str(corpus), "-o", str(tmp_path / "a"), *SMALL)
    packed = call("train", str(tmp_path / "*.zst"), "--field", "body", "-o", str(tmp_path / "b"), *SMALL)
    assert (plain.code, packed.code) == (0, 0), packed.err
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_bad_line_is_code_3_or_skipped(call, tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text("".join(json.dumps({"text": line}) + "\n" for line in LINES) + "{broken\n")
    result = call("train", str(path), "-o", str(tmp_path / "v"), *SMALL)
    assert result.code == 3
    assert f"{path}: line 1,501: not a JSON object" in result.error_line
    result = call("train", str(path), "--on-error", "skip", "-o", str(tmp_path / "v"), *SMALL)
    assert result.code == 0
    assert f"warning: skipped 1 bad record; the first: {path}: line 1,501: " in result.err


def test_stop_words_are_left_out_and_not_named_in_the_output(call, corpus, tmp_path):
    (tmp_path / "stop").write_text("a00\nA01\nnone\n")
    options = ("--stop-words", str(tmp_path / "stop"), "--lowercase", "--tokenizer", "words")
    result = call("train", str(corpus), "-o", str(tmp_path / "v"), *options, *SMALL)
    assert result.code == 0
    assert "left out 2 words of the stop list, " in result.err
    config = settings_of(tmp_path / "v")
    assert config["stop-words"].startswith("sha256:")
    assert (config["tokenizer"], config["lowercase"]) == ("words", True)
    result = call("neighbors", str(tmp_path / "v"), "a00")
    assert result.code == 1


def test_a_vocabulary_counted_with_the_same_tokeniser_gives_the_same_vectors(call, tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("".join(line.title().replace(" ", ", ") + ".\n" for line in LINES))
    options = ("--tokenizer", "words", "--lowercase", "--digits", "keep")
    counted = call("vocab", "build", str(path), "-o", str(tmp_path / "vocab"), *options)
    assert counted.code == 0, counted.err
    assert "pieces of punctuation" in counted.err
    (tmp_path / "stop").write_text("a00\n")
    options += ("--stop-words", str(tmp_path / "stop"))
    for name, more in (("a", ()), ("b", ("--vocab", str(tmp_path / "vocab")))):
        assert call("train", str(path), "-o", str(tmp_path / name), *options, *more, *SMALL).code == 0
    for name in "ab":
        exported = call(
            "export", str(tmp_path / name), "--to", "word2vec", "-o", str(tmp_path / f"{name}.bin")
        )
        assert exported.code == 0
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()


PROSE = [line.title().replace(" ", ", ") + f" {number}.\n" for number, line in enumerate(LINES)]


@pytest.mark.parametrize(
    "options",
    [
        ("--tokenizer", "words", "--lowercase"),
        ("--tokenizer", "words", "--normalise", "NFKC", "--sentence", "document"),
        ("--tokeniser", "chars", "--lower"),
    ],
)
def test_16_shards_tokenised_and_counted_apart_are_the_whole(call, tmp_path, options):
    (tmp_path / "whole").write_text("".join(PROSE))
    (tmp_path / "text").mkdir()
    (tmp_path / "vocab").mkdir()
    for number in range(16):
        shard = tmp_path / "text" / f"{number}"
        shard.write_text("".join(PROSE[number * 94 : (number + 1) * 94]))
        made = call("vocab", "build", str(shard), "-o", str(tmp_path / "vocab" / f"{number}"), *options)
        assert made.code == 0, made.err
    assert call("vocab", "merge", str(tmp_path / "vocab"), "-o", str(tmp_path / "merged")).code == 0
    assert (
        call("vocab", "build", str(tmp_path / "whole"), "-o", str(tmp_path / "at once"), *options).code == 0
    )
    merged = (tmp_path / "merged").read_bytes()
    assert merged == (tmp_path / "at once").read_bytes()
    assert merged.count(b"\n") > 10
    trained = call(
        *("train", str(tmp_path / "whole"), "--vocab", str(tmp_path / "merged")),
        *("-o", str(tmp_path / "v"), *options, *SMALL),
    )
    assert "left out 0 words that are not in the vocabulary; 0 of its" in trained.err


def test_lists_of_vocab_build_are_normalised_like_the_text(call, tmp_path):
    (tmp_path / "c").write_text("The cat saw THE dog. Cafe\u0301!\n")
    (tmp_path / "stop").write_text("The\n")
    (tmp_path / "words").write_text("CAFÉ\nOwl\n")
    options = ("--tokenizer", "words", "--lowercase", "--normalize", "NFC")
    lists = ("--stop-words", str(tmp_path / "stop"), "--words", str(tmp_path / "words"))
    result = call("vocab", "build", str(tmp_path / "c"), "-o", "-", *options, *lists)
    assert result.out.decode() == "café 1\ncat 1\ndog 1\nsaw 1\nowl 0\n"


def test_vocab_build_warns_of_text_that_does_not_suit(call, tmp_path):
    (tmp_path / "c").write_text(" ".join(f"w{number}" for number in range(2000)))
    result = call("vocab", "build", str(tmp_path / "c"), "-o", str(tmp_path / "v"))
    assert (
        "2,000 of 2,000 words are different, so most are seen only once; use --tokenizer words" in result.err
    )
    (tmp_path / "words").write_text("\n".join(f"w{number}" for number in range(2000)))
    (tmp_path / "d").write_text("a b " * 1000)
    listed = ("--words", str(tmp_path / "words"))
    result = call("vocab", "build", str(tmp_path / "d"), "-o", str(tmp_path / "v"), "--force", *listed)
    assert "warning" not in result.err


def test_a_chinese_text_in_one_line_names_the_option(call, tmp_path):
    (tmp_path / "c").write_text("我来到北京清华大学，他是研究生。" * 2000, encoding="utf-8")
    for command in ("train", ("vocab", "build")):
        words = (command,) if isinstance(command, str) else command
        result = call(*words, str(tmp_path / "c"), "-o", str(tmp_path / "v"))
        assert result.code == 3
        assert "(left out 1 word longer than 65,536 bytes)" in result.error_line
        assert "use --tokenizer jieba (pip install 'embtrain[zh]')" in result.err


def test_chinese_words_are_found_and_learnt(call, tmp_path):
    pytest.importorskip("jieba", reason="needs embtrain[zh]")
    source = random.Random(5)
    topics = (
        ["医生", "护士", "医院", "病人", "手术", "药品"],
        ["足球", "球员", "比赛", "教练", "冠军", "球队"],
    )
    lines = ["，".join(source.choices(source.choice(topics), k=8)) + "。\n" for _ in range(800)]
    (tmp_path / "c").write_text("".join(lines), encoding="utf-8")
    options = ("--tokenizer", "jieba", "--sample", "0", "--lr", "0.1")
    result = call("train", tmp_path / "c", "-o", tmp_path / "v", *SMALL, *options)
    assert result.code == 0, result.err
    assert "left out 6,400 pieces of punctuation" in result.err
    rows = call("neighbors", tmp_path / "v", "-k", "4", *topics[0], *topics[1]).out.decode().splitlines()
    pairs = [line.split("\t")[::2] for line in rows]
    assert len(pairs) == 48
    assert all((a in topics[0]) == (b in topics[0]) for a, b in pairs)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
def test_json_lines_zst_through_a_pipe_take_no_more_memory_when_there_are_more(tmp_path):
    zstandard = pytest.importorskip("zstandard")
    block = "".join(json.dumps({"text": line}) + "\n" for line in LINES).encode()
    code = (
        "import re, sys; from embtrain.cli.main import run; code = run(sys.argv[1:]);"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]); sys.exit(code)"
    )
    # Far matches would make the whole stream a few thousand bytes.
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=10)
    compressor = zstandard.ZstdCompressor(compression_params=parameters)
    options = ("--format", "jsonl", "--tokenizer", "words", "-o", str(tmp_path / "v"), "--force", "-q")
    peaks = []
    for copies in (20, 600):  # 1.6 and 48 MB
        with (tmp_path / "c").open("wb") as file, compressor.stream_writer(file) as packed:
            for _ in range(copies):
                packed.write(block)
        with (tmp_path / "c").open("rb") as stdin:
            done = subprocess.run(
                [sys.executable, "-c", code, "vocab", "build", "-", *options],
                stdin=stdin,
                stdout=subprocess.PIPE,
                env=environment(),
                timeout=120,
                check=True,
            )
        peaks.append(int(done.stdout) / 1024)
        assert (tmp_path / "v").read_bytes().count(b"\n") == 24
    assert peaks[1] < peaks[0] + 8


def test_chinese_without_spaces_names_the_option_even_when_nothing_is_left(call, tmp_path):
    lines = [f"我来到北京清华大学第{chr(0x4E00 + n)}次，他是研究生{chr(0x5E00 + n)}。" for n in range(300)]
    (tmp_path / "c").write_text("\n".join(lines), encoding="utf-8")
    result = call("train", str(tmp_path / "c"), "-o", str(tmp_path / "v"))
    assert result.code == 3
    assert "warning: the text has no spaces between its words" in result.err
    assert "use --tokenizer jieba (pip install 'embtrain[zh]')" in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--tokenizer", "wrds"), "unknown tokenizer 'wrds'; did you mean 'words'?"),
        (("--tokenizer", "none.json"), "none.json: the tokenizer cannot be read: No such file or directory"),
        (("--stop-words", "none"), "none: no such file"),
        (("--user-dict", "x"), "--user-dict is for --tokenizer jieba"),
        (("--format", "csv"), "'csv' is not one of"),
    ],
)
def test_wrong_options_are_code_2(call, corpus, tmp_path, options, message):
    result = call("train", str(corpus), "-o", str(tmp_path / "v"), *options)
    assert result.code == 2
    assert message in result.error_line


def test_a_missing_extra_is_code_2(call, corpus, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jieba", None)
    result = call("train", str(corpus), "-o", str(tmp_path / "v"), "--tokenizer", "jieba")
    assert result.code == 2
    assert "pip install 'embtrain[zh]'" in result.error_line


@pytest.fixture(scope="module")
def bucket():
    """A bucket of a local server that speaks S3, with the topics as compressed JSON lines and as Parquet."""
    boto3 = pytest.importorskip("boto3", reason="needs smart_open[s3]")
    server_module = pytest.importorskip("moto.server", reason="needs moto[s3], flask and flask-cors")
    zstandard = pytest.importorskip("zstandard")
    server = server_module.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        client = boto3.client("s3")
        client.create_bucket(Bucket="texts")
        data = "".join(json.dumps({"text": line}) + "\n" for line in LINES)
        client.put_object(Bucket="texts", Key="c.jsonl.zst", Body=zstandard.compress(data.encode()))
        client.put_object(Bucket="texts", Key="c.txt", Body=topic_text())
        yield client
    server.stop()


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("key", ["c.txt", "c.jsonl.zst", "c.parquet"])
def test_remote_texts(call, bucket, corpus, tmp_path, key):
    if key == "c.parquet":
        pa = pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")
        import pyarrow.parquet

        pyarrow.parquet.write_table(pa.table({"text": LINES}), tmp_path / key)
        bucket.upload_file(str(tmp_path / key), "texts", key)
    assert call("train", str(corpus), "-o", str(tmp_path / "a"), *SMALL).code == 0
    result = call("train", f"s3://texts/{key}", "-o", str(tmp_path / "b"), *SMALL)
    assert result.code == 0, result.err
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.usefixtures("bucket")
def test_a_remote_text_that_is_not_there(call, tmp_path):
    result = call("train", "s3://texts/none", "-o", str(tmp_path / "v"))
    assert result.code in {2, 4}
    assert "s3://texts/none: " in result.error_line
