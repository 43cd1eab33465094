"""``embtrain walks`` as a shell would use it."""

import gzip
import random
import subprocess
from itertools import pairwise

import pytest

from tests.conftest import command, environment, shell

PATH = "# a path\na\tb\nb\tc\n"


@pytest.fixture
def edges(tmp_path):
    path = tmp_path / "edges.tsv"
    path.write_text(PATH)
    return path


def communities(per_group=20, groups=3):
    """Edges between nodes that are mostly of one group, named by it."""
    draw = random.Random(1)
    for group in range(groups):
        for node in range(per_group):
            for _ in range(4):
                yield f"g{group}_{node}", f"g{group}_{draw.randrange(per_group)}"
        yield f"g{group}_0", f"g{(group + 1) % groups}_1"


def test_walks_are_written_a_line_each(call, edges, tmp_path):
    result = call("walks", edges, "--num-walks", 2, "--walk-length", 4, "-o", tmp_path / "walks.txt")
    assert (result.code, result.out) == (0, b"")
    walks = [line.split(" ") for line in (tmp_path / "walks.txt").read_text().splitlines()]
    assert sorted(walk[0] for walk in walks) == ["a", "a", "b", "b", "c", "c"]
    assert all(len(walk) == 4 for walk in walks)
    steps = {frozenset(pair) for walk in walks for pair in pairwise(walk)}
    assert steps == {frozenset("ab"), frozenset("bc")}
    assert result.err.splitlines() == [
        "embtrain: left out 1 comment line, which begin with #",
        "embtrain: read 3 nodes and 2 undirected edges without weights",
        f"embtrain: wrote 6 walks of 24 nodes in all to {tmp_path / 'walks.txt'}",
    ]


def test_it_is_a_filter_to_training(tmp_path):
    lines = "".join(f"{source} {target}\n" for source, target in communities())
    (tmp_path / "edges.gz").write_bytes(gzip.compress(lines.encode()))
    done = shell(
        "cat edges.gz | $EMBTRAIN walks - --quiet | $EMBTRAIN train - -o nodes --dim 16 --threads 1 "
        "--sample 0 -q && $EMBTRAIN neighbors nodes g1_3 -k 5",
        tmp_path,
    )
    assert (done.code, done.err) == (0, "")
    near = [line.split("\t")[2] for line in done.out.decode().splitlines()]
    assert all(name.startswith("g1_") for name in near), near


def test_everything_that_is_dropped_or_merged_is_counted(call, tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text("#\na,b,2\nb,a,1\n\nc,c,1\na,d,1\n")
    result = call("walks", path, "--delimiter", ",", "--directed", "--walk-length", 3, "--num-walks", 1)
    assert result.code == 0
    assert sorted(result.out.decode().splitlines())[-2:] == ["c c c", "d"]
    for said in (
        "left out 1 comment line",
        "left out 1 empty line",
        "read 4 nodes and 4 directed edges with weights",
        "kept 1 edge from a node to itself",
        "no edge leaves 1 node: walks end there",
        "wrote 4 walks of ",
        " ended early",
    ):
        assert said in result.err
    undirected = call("walks", path, "--delimiter", ",", "--num-walks", 1)
    assert "merged 1 line with an edge that was there already: their weights are added" in undirected.err
    plain = call("walks", path, "--delimiter", ",", "--num-walks", 1, "--unweighted")
    assert "left out the third column (--unweighted)" in plain.err
    assert "merged 1 line with an edge that was there already: each edge counts once" in plain.err


def test_parameters_and_seed_change_the_walks_and_threads_do_not(call, tmp_path):
    path = tmp_path / "edges"
    path.write_text("".join(f"{source} {target}\n" for source, target in communities()))

    def walks(*options):
        return call("walks", path, "--quiet", *options).out

    usual = walks()
    assert len(usual.splitlines()) == 600
    assert walks("--threads", 3) == usual
    assert walks("-p", 1, "-q", 1.0, "--seed", 1) == usual
    others = [walks("-p", 0.5), walks("-q", 2), walks("--seed", -2), walks("--directed")]
    assert len({usual, *others}) == 5


def test_names_of_node2vec_and_pecanpy_are_understood(call, edges):
    ours = call("walks", edges, "--num-walks", 3, "--walk-length", 5, "-p", 2, "--seed", 4, "--threads", 1)
    others = ("--number-of-walks=3", "--walk_length", 5, "--p", 2, "--random_state", 4, "--workers", 1)
    theirs = call("walks", edges, *others)
    assert ours.code == theirs.code == 0
    assert ours.out == theirs.out
    assert call("walks", edges, "--weighted").code == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--dimensions", 64), "--dimensions is no option of walks; give --dim to `embtrain train`"),
        (("--mode=PreComp",), "--mode is no option of walks; leave it out"),
        (("-p", 0), "-p is 0.0; expected a number from 1e-06 to 1000000"),
        (("-q", "--quiet"), "-q"),
        (("--num-walks", 0), "--num-walks is 0; expected a whole number"),
        (("--delimiter", "::"), "--delimiter is '::'; expected one character"),
        (("--walk-lenght", 3), "walk-length"),
    ],
)
def test_wrong_options_are_refused(call, edges, options, said):
    result = call("walks", edges, *options)
    assert (result.code, result.out) == (2, b"")
    assert said in result.err


def test_bad_lines_name_the_file_and_the_line(call, edges):
    edges.write_text("a b 1\nb c -2\n")
    result = call("walks", edges)
    assert (result.code, result.out) == (3, b"")
    assert result.err == (
        f"embtrain: error: {edges}: line 2: expected a weight that is a number above 0, found 'b c -2'; "
        "leave the edge out or correct it, or give --unweighted\n"
    )


def test_outputs_are_safe(call, edges, tmp_path):
    assert call("walks", edges, "-o", edges, "--force").code == 2
    assert edges.read_text() == PATH
    old = tmp_path / "old"
    old.write_text("precious")
    assert "--force" in call("walks", edges, "-o", old).err
    edges.write_text("a b\nx\n")
    assert call("walks", edges, "-o", old, "--force").code == 3
    assert old.read_text() == "precious"
    edges.write_text("a b\n")
    assert call("walks", edges, "-o", tmp_path / "w.gz").code == 0
    assert len(gzip.decompress((tmp_path / "w.gz").read_bytes()).splitlines()) == 20


def test_a_reader_that_leaves_early_is_a_normal_end(edges, tmp_path):
    done = shell("$EMBTRAIN walks edges.tsv --num-walks 20000 --quiet | head -n 1", tmp_path)
    assert (done.code, done.err, len(done.out.splitlines())) == (0, "", 1)


def test_without_the_native_module_the_walks_are_the_same(call, edges):
    options = ("walks", edges, "-p", 0.5, "-q", 2, "--quiet")
    variables = {**environment(), "EMBTRAIN_NATIVE": "0"}
    done = subprocess.run(command(*options), env=variables, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == call(*options).out
