"""Evaluation sets in the layouts in which they are distributed."""

import gzip
import os
import threading

import pytest

from embtrain.analysis.evaluate.analogy_sets import Question, read_analogies
from embtrain.analysis.evaluate.category_sets import read_categories, read_outliers
from embtrain.analysis.evaluate.set_files import locate
from embtrain.analysis.evaluate.similarity_sets import Pair, read_similarity
from embtrain.errors import DataError, UsageError


@pytest.fixture
def write(tmp_path):
    """Writes a file and returns its path."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_built_in_sets_are_found_without_importing_gensim():
    google = read_analogies("questions-words")
    assert google.name == "questions-words"
    assert len(google.sections) == 14
    assert len(list(google.questions)) == 19544
    assert [section.kind for section in google.sections] == ["semantic"] * 5 + ["syntactic"] * 9
    assert google.sections[0].questions[0] == Question("Athens", "Greece", "Baghdad", ("Iraq",))
    assert google.n_skipped_lines == 0
    assert len(read_similarity("wordsim353").pairs) == 353
    assert len(read_similarity("simlex999").pairs) == 999


def test_a_file_wins_over_a_built_in_name(write, monkeypatch, tmp_path):
    write("wordsim353", "a b 1\n")
    monkeypatch.chdir(tmp_path)
    assert read_similarity("wordsim353").pairs == (Pair("a", "b", 1.0),)


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("nowhere.txt", "similarity", "nowhere.txt: no such file"),
        ("nowhere.txt", "similarity", "wordsim353, simlex999"),
        ("wordsim353", "analogies", "is a set for similarity"),
    ],
)
def test_sets_that_are_not_there(name, kind, message):
    with pytest.raises(UsageError, match=message):
        locate(name, kind)


def test_an_empty_folder_is_no_set(tmp_path):
    with pytest.raises(UsageError, match="no files"):
        locate(str(tmp_path), "outliers")


def test_analogies_with_sections_stray_lines_and_windows_ends(write):
    path = write(
        "a.txt", b"\xef\xbb\xbf: first one\r\na b c d\r\na b c\r\n\r\n:gram1 x\r\ne f g h\r\n:none\r\n"
    )
    found = read_analogies(path)
    assert [(section.name, section.kind) for section in found.sections] == [
        ("first one", "semantic"),
        ("gram1 x", "syntactic"),
    ]
    assert list(found.questions) == [Question("a", "b", "c", ("d",)), Question("e", "f", "g", ("h",))]
    assert found.n_skipped_lines == 1


def test_analogies_without_sections_have_no_kind(write):
    found = read_analogies(write("msr.txt", "good better rough rougher\n"))
    assert [(section.name, section.kind) for section in found.sections] == [("msr", None)]


def test_analogies_compressed_and_not_utf8(write):
    found = read_analogies(write("q.txt.gz", gzip.compress(b"a b c \xff\n")))
    assert found.name == "q"
    assert list(found.questions) == [Question("a", "b", "c", ("\udcff",))]


def test_bats_folder(write, tmp_path):
    write("BATS/1_Inflectional/I01 [noun - plural_reg].txt", "album\talbums\nyear\tyears/yrs\n")
    write("BATS/4_Lexicographic/L02 [hypernyms].txt", "cat\tfeline/animal\ndog\tcanine\nyew\ttree\n")
    found = read_analogies(str(tmp_path / "BATS"))
    assert found.name == "BATS"
    assert [(section.name, section.kind, len(section.questions)) for section in found.sections] == [
        ("I01 [noun - plural_reg]", "syntactic", 2),
        ("L02 [hypernyms]", "semantic", 6),
    ]
    assert found.sections[0].questions == (
        Question("album", "albums", "year", ("years", "yrs")),
        Question("year", "years", "album", ("albums",)),
    )


def test_google_as_one_file_per_section(write, tmp_path):
    write("sets/family.txt", "boy girl he she\n")
    write("sets/gram8-plural.txt", "cat cats dog dogs\n")
    found = read_analogies(str(tmp_path / "sets"))
    assert [(one.name, one.kind) for one in found.sections] == [
        ("family", "semantic"),
        ("gram8-plural", "syntactic"),
    ]


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("gensim's", "# comment\nsun\tlight\t5.5\nold\tnew\t1.5\n"),
        ("WordSim-353's csv", "Word 1,Word 2,Human (mean)\nsun,light,5.5\nold,new,1.5\n"),
        ("SimLex-999", "word1\tword2\tPOS\tSimLex999\tSD\nsun\tlight\tN\t5.5\t0.1\nold\tnew\tA\t1.5\t2\n"),
        ("MEN, natural form", "sun light 5.500000\nold new 1.500000\n"),
        ("MEN, lemma form", "sun-n light-n 5.5\nold-j new-j 1.5\n"),
        ("RW", "sun\tlight\t5.5\t7\t6\nold\tnew\t1.5\t1\t1\n"),
        ("SimVerb-3500", "sun\tlight\tV\t5.5\tSYNONYMS\nold\tnew\tV\t1.5\tNONE\n"),
        ("RG-65", "sun;light;5.5\nold;new;1.5\n"),
        ("MTurk-771", "sun,light,5.500000000\nold,new,1.5\n"),
        ("CARD-660", "sun\tlight\t5.50\nold\tnew\t1.50\n"),
        (
            "WordSim-353 with single ratings",
            "Word 1,Word 2,Human (mean),1,2,3\nsun,light,5.5,5,6,5.5\nold,new,1.5,1,2,1.5\n",
        ),
        ("WordSim-353 with relations", "# t topic\nt\tsun\tlight\t5.50\nA\told\tnew\t1.5\n"),
        (
            "multilingual SimLex",
            "Word 1,Word 2,Annotator 1,Annotator 2,Average\nsun,light,9,2,5.5\nold,new,0,3,1.5\n",
        ),
        ("GUR-65", "#WORD1:WORD2:RATING:POS1:POS2\nsun:light:5.5:n:n\nold:new:1.5:a:a\n"),
        ("decimal commas between tabs", "sun\tlight\t5,5\nold\tnew\t1,5\n"),
        ("decimal commas between blanks", "sun light 5,5\nold new 1,5\n"),
        ("numbered lines", "7\tsun\tlight\t5.5\n8\told\tnew\t1.5\n"),
        ("pandas' csv", ",word1,word2,similarity\n0,sun,light,5.5\n1,old,new,1.5\n"),
        ("pandas' tsv", "\tword1\tword2\tsimilarity\n0\tsun\tlight\t5.5\n1\told\tnew\t1.5\n"),
        ("quoted csv", '"sun","light",5.5\n"old","new",1.5\n'),
        (
            "SCWS",
            "1\tsun\tn\tlight\tn\tthe <b> sun\tso light\t5.5\t10\t1\n2\told\ta\tnew\ta\tx\ty\t1.5\t1\t2\n",
        ),
    ],
)
def test_similarity_layouts(write, layout, text):
    found = read_similarity(write("pairs.txt", text))
    assert found.pairs == (Pair("sun", "light", 5.5), Pair("old", "new", 1.5)), layout
    assert found.n_skipped_lines == ("word1" in text or text.startswith("Word"))


def test_single_letters_are_words_where_nothing_else_is(write):
    assert read_similarity(write("pairs.txt", "x y 1\ny z 2\n")).pairs == (
        Pair("x", "y", 1),
        Pair("y", "z", 2),
    )
    found = read_similarity(write("pairs.txt", "日\t月\t1\n水\t火\t2\n"))
    assert found.pairs == (Pair("日", "月", 1), Pair("水", "火", 2))


def test_numbers_among_words_stay_words(write):
    found = read_similarity(write("pairs.txt", "1984 Orwell 9\nsun 1984 2\n"))
    assert found.pairs == (Pair("1984", "Orwell", 9), Pair("sun", "1984", 2))


def test_words_of_the_web_stay_as_they_are(write):
    lines = ["25\ttwenty-five\t4.00", "0.5\thalf\t4.00", "infinity\talligation\t1.00", "7-Zip\tC++\t1.38"]
    found = read_similarity(write("dataset.tsv", "\n".join([*lines, "Hero's_engine\taeolipile\t4.00"])))
    assert [pair[:2] for pair in found.pairs] == [
        ("25", "twenty-five"),
        ("0.5", "half"),
        ("infinity", "alligation"),
        ("7-Zip", "C++"),
        ("Hero's_engine", "aeolipile"),
    ]
    assert found.n_skipped_lines == 0


def test_one_word_without_a_tag_keeps_all_tags(write):
    found = read_similarity(write("pairs.txt", "x-ray e-mail 1\nt-shirt shirt 2\n"))
    assert found.pairs[0][:2] == ("x-ray", "e-mail")


def test_lines_without_a_finite_score_are_counted(write):
    found = read_similarity(write("pairs.txt", "a b 1\na b\nc d nan\n a  \n,,3\n"))
    assert (len(found.pairs), found.n_skipped_lines) == (1, 4)


@pytest.mark.parametrize("read", [read_analogies, read_similarity, read_categories, read_outliers])
def test_nothing_to_find_is_bad_data(write, read):
    with pytest.raises(DataError, match=r"empty\.txt: .*expected"):
        read(write("empty.txt", "\n\n"))


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("word, class", "ant insect\nbee insect\ncat mammal\n"),
        ("class, word", "insect ant\ninsect bee\nmammal cat\n"),
        ("with heading", "word\tcategory\nant\tinsect\nbee\tinsect\ncat\tmammal\n"),
        (
            "ESSLLI",
            "ant-n\tinsect\tanimal\tnatural\nbee-n\tinsect\tanimal\tnatural\ncat-n\tmammal\tanimal\tx\n",
        ),
        ("headings", ": insect\nant bee\n: mammal\ncat\n"),
        (
            "BLESS",
            "ant-n\tinsect\tattri\tsmall-j\nant-n\tinsect\tmero\tleg-n\nbee-n\tinsect\tevent\tfly-v\n"
            "cat-n\tmammal\tcoord\tdog-n\n",
        ),
    ],
)
def test_category_layouts(write, layout, text):
    found = read_categories(write("c.txt", text))
    assert found.words == ("ant", "bee", "cat"), layout
    assert found.categories == ("insect", "insect", "mammal")
    assert found.n_skipped_lines == layout.startswith("with")


def test_a_folder_of_categories(write, tmp_path):
    write("AP/insect.txt", "ant\nbee\n")
    write("AP/mammal.txt", "cat\n")
    write("AP/.hidden", "x\n")
    found = read_categories(str(tmp_path / "AP"))
    assert (found.words, found.categories) == (("ant", "bee", "cat"), ("insect", "insect", "mammal"))


def test_one_category_is_not_enough(write):
    with pytest.raises(DataError, match="fewer than two categories"):
        read_categories(write("c.txt", "ant insect\nbee insect\n"))


def test_outliers(write, tmp_path):
    write("8-8-8/days.txt", "Monday\nTuesday\n\nBig Ben\ncat\n\nsun\n")
    write("8-8-8/README", "no group\n")
    found = read_outliers(str(tmp_path / "8-8-8"))
    assert [group.name for group in found.groups] == ["days"]
    assert found.groups[0].members == ("Monday", "Tuesday")
    assert found.groups[0].outliers == ("Big_Ben", "cat", "sun")
    assert found.n_skipped_lines == 1


def test_a_set_from_a_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("a b 1\n",))
    writer.start()
    assert read_similarity(str(path)).pairs == (Pair("a", "b", 1.0),)
    writer.join()
