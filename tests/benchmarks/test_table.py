import click
import pytest
from harness.rows import Quality, Row, Settings, append_row, find_row, read_rows
from harness.table import mean_sd, rate, ratios, spread, table


def row(peer, seed, seconds, wall=100.0, **more):
    fixed = {"version": "1", "settings": Settings(), "corpus_sha256": "ab", "corpus_words": 1000}
    cost = {"train_seconds": seconds, "wall": wall, "user": 1.0, "system": 0.5, "peak_mb": 250.4}
    return Row(peer=peer, seed=seed, **(fixed | cost | more))


def score(total):
    return Quality(semantic=None, syntactic=total + 1, total=total, wordsim=0.6, simlex=0.3, questions=10)


def test_words_per_second_counts_all_epochs_before_subsampling():
    assert row("a", 1, 2.0).words_per_second == 1000 * 5 / 2.0


def test_ratios_pair_runs_of_the_same_seed():
    rows = [row("embtrain", 1, 2.0), row("gensim", 1, 20.0), row("embtrain", 2, 5.0), row("gensim", 2, 20.0)]
    rows.append(row("embtrain", 3, 1.0))  # gensim failed with this seed
    own = [r for r in rows if r.peer == "embtrain"]
    assert ratios(own, rows, lambda r: r.words_per_second) == [10.0, 4.0]


def test_table_shows_medians_ratios_and_mean_scores():
    rows = [
        row("embtrain", 1, 10.0, wall=20.0, quality=score(30.0), lr=0.025),
        row("gensim", 1, 100.0, wall=110.0, quality=score(31.0)),
        row("embtrain", 2, 20.0, wall=30.0, quality=score(32.0), lr=0.025),
        row("gensim", 2, 120.0, wall=130.0, peak_mb=None),
        row("embtrain", 3, 30.0, wall=40.0, quality=score(34.0), lr=0.025),
        row("gensim", 3, 90.0, wall=100.0, peak_mb=None),
    ]
    _, _, embtrain, gensim = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in table(rows).splitlines()
    ]
    assert embtrain == [
        *("embtrain", "1", "0.025", "3", "4.00", "0 k", "3.00 / 6.00 / 10.00", "30.0", "2.50 / 4.33 / 5.50"),
        *("1.5", "250", "-", "33.0 ± 2.0", "32.0 ± 2.0", "0.600 ± 0.000", "0.300 ± 0.000"),
    ]
    assert gensim[:7] == ["gensim", "1", "-", "3", "20.00", "0 k", "1.00 / 1.00 / 1.00"]
    assert gensim[-3:] == ["31.0", "0.600", "0.300"]


def test_without_the_baseline_there_are_no_ratios():
    assert table([row("embtrain", 1, 10.0)]).splitlines()[2].count("| - |") >= 1
    assert spread([]) == "-"


def test_numbers_are_legible():
    assert rate(2_512_000) == "2.51 M"
    assert rate(165_400) == "165 k"
    assert mean_sd([1.0], 1) == "1.0"
    assert mean_sd([1.0, 3.0], 2) == "2.00 ± 1.41"


def test_rows_survive_the_file_and_are_found_again(tmp_path):
    path = tmp_path / "rows.jsonl"
    assert read_rows(path, Row) == []
    first, second = (
        row("embtrain", 1, 10.0),
        row("embtrain", 2, 11.0, quality=score(30.0), epoch_seconds=[5.0, 6.0]),
    )
    append_row(path, first)
    append_row(path, second)
    rows = read_rows(path, Row)
    assert rows == [first, second]
    assert find_row(rows, "embtrain", "1", 1, Settings(), "ab", with_quality=False) == first
    assert find_row(rows, "embtrain", "1", 2, Settings(), "ab", with_quality=True) == second


@pytest.mark.parametrize(
    "change",
    [{"peer": "gensim"}, {"version": "2"}, {"seed": 2}, {"settings": Settings(dim=50)}, {"sha256": "cd"},
     {"with_quality": True}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_row_of_another_run_is_not_reused(change):
    same = {"peer": "embtrain", "version": "1", "seed": 1, "settings": Settings(), "sha256": "ab"}
    rows = [row("embtrain", 1, 10.0)]
    assert find_row(rows, **(same | {"with_quality": False})) is rows[0]
    assert find_row(rows, **(same | {"with_quality": False} | change)) is None


def test_a_damaged_row_is_named(tmp_path):
    path = tmp_path / "rows.jsonl"
    append_row(path, row("embtrain", 1, 10.0))
    with path.open("ab") as out:
        out.write(b'{"peer": "gens')
    with pytest.raises(click.ClickException, match="line 2"):
        read_rows(path, Row)
