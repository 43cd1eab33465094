"""`--config` and `--recipe`: which names and values a recipe may hold, and the errors for others."""

import json
import random
from typing import get_args

import pytest

import embtrain
from embtrain.cli.train.command import command
from embtrain.config import Recipe, read_recipe, recipe_file
from embtrain.errors import UsageError


def context(tmp_path, recipe, *arguments):
    (tmp_path / "r.toml").write_text(recipe)
    return command.make_context("train", [*arguments, "--config", str(tmp_path / "r.toml")])


def test_lists_other_names_and_underscores_work(tmp_path):
    recipe = (
        'corpus = ["a.txt", "b.txt"]\noutput = "v"\neval = ["wordsim353", "simlex999"]\n'
        "size = 7\nmin_count = 2\nalpha = 0.5\nlowercase = true\npatience = 2\n"
    )
    found = context(tmp_path, recipe).params
    assert found["corpus"] == ("a.txt", "b.txt")
    assert found["eval_sets"] == ("wordsim353", "simlex999")
    expected = {"dim": 7, "min_count": 2, "lr": 0.5, "lowercase": True, "patience": 2, "output": "v"}
    assert found.items() >= expected.items()
    assert (
        context(tmp_path, recipe, "c.txt", "--dim", "9").params.items()
        >= {
            "corpus": ("c.txt",),
            "dim": 9,
        }.items()
    )
    assert context(tmp_path, 'eval = "simlex999"\noutput = "v"').params["eval_sets"] == ("simlex999",)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("size = '7'", "r.toml: size is '7' (text); expected a whole number from 1 to 16384"),
        ("dim = 7\nsize = 8", "r.toml: 'dim' and 'size' are the same option; keep one of them"),
        ("min_count = 1\nmin-count = 1", "'min_count' and 'min-count' are the same option"),
        ("sg = 1", '\'sg\' is gensim\'s name; give model = "skipgram" for 1, model = "cbow" for 0'),
        ("dim = [1]", "r.toml: dim is [1] (a list); expected a whole number"),
        ("[dim]\nx = 1", "r.toml: dim is {'x': 1} (a table); expected a whole number"),
        ("seed = 2024-05-01", "r.toml: seed is 2024-05-01 (a date); expected a whole number"),
        ("lr = nan", "r.toml: lr is nan; expected a number above 0"),
        ("lr = inf", "r.toml: lr is inf; expected"),
        ("seed = 99999999999999999999", "r.toml: seed is 99999999999999999999; expected"),
        (f"seed = {'9' * 5000}", "r.toml: not valid TOML: a number has thousands of digits"),
        (f"seed = {'[' * 5000}", "r.toml: not valid TOML"),
        ("dim = true", "r.toml: dim is true (true or false); expected"),
        ("force = 1", "r.toml: force is 1 (a number); expected true or false"),
        ("patience = 0", "r.toml: patience is 0; expected a whole number of 1 or more"),
        ("eval = [1]", "r.toml: eval is 1 (a number); expected text"),
        ('progress = "loud"', "r.toml: progress is 'loud'; expected auto, bar, plain, json or none"),
        ('format = "csvv"', "r.toml: format is 'csvv'; expected "),
        ('config = "other.toml"', "r.toml: a recipe cannot name another one; copy its options"),
        ('recipe = "x"', "r.toml: a recipe cannot name another one"),
        ("help = true", "r.toml: unknown option 'help'"),
        ("eval_sets = 'x'", "r.toml: unknown option 'eval_sets'"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(call, corpus, tmp_path, recipe, message):
    (tmp_path / "r.toml").write_text(recipe)
    result = call("train", corpus, "--config", tmp_path / "r.toml", "-o", tmp_path / "v")
    assert result.code == 2
    assert message in result.error_line
    assert not (tmp_path / "v").exists()


def test_a_recipe_can_hold_the_whole_training(call, corpus, tmp_path):
    (tmp_path / "r.toml").write_text(
        f"corpus = '{corpus}'\noutput = '{tmp_path / 'v'}'\n"
        "vector_size = 8\niter = 1\nworkers = 1\nquiet = true"
    )
    assert call("train", "--config", tmp_path / "r.toml").code == 0
    assert json.loads(embtrain.load(tmp_path / "v").metadata["config"])["dim"] == 8


@pytest.mark.parametrize(("given", "meant"), [("fail", "fail"), ("stop", "fail"), ("skip", "skip")])
def test_stop_is_another_name_of_fail(tmp_path, given, meant):
    found = context(tmp_path, f'corpus = "a"\noutput = "v"\non-error = "{given}"')
    assert found.params["on_error"] == meant
    assert context(tmp_path, 'output = "v"', "a", "--on-error", given).params["on_error"] == meant


@pytest.mark.parametrize("name", get_args(Recipe))
def test_recipes_that_come_with_embtrain_are_options_of_train(name, tmp_path):
    recipe = read_recipe(recipe_file(name))
    found = command.make_context("train", ["c.txt", "-o", "v", "--recipe", name]).params
    assert {key: found[key.replace("-", "_")] for key in recipe} == recipe
    (tmp_path / "r.toml").write_text("dim = 7\nepochs = 2")
    for arguments in (["--recipe", name, "--config"], ["--config"]):
        arguments = [*arguments, str(tmp_path / "r.toml"), "--epochs", "9"]
        more = [] if "--recipe" in arguments else ["--recipe", name]
        found = command.make_context("train", ["c.txt", "-o", "v", *arguments, *more]).params
        assert (found["dim"], found["epochs"], found["subwords"]) == (7, 9, recipe["subwords"])


def test_recipes_by_name_train_what_their_options_train(tmp_path):
    text = [" ".join(random.Random(n).choices(["alpha", "beta", "gamma"], k=9)) for n in range(50)]
    options = {"dim": 8, "threads": 1, "epochs": 1}
    named = embtrain.train(text, recipe="fast", **options)
    spelt = {key.replace("-", "_"): value for key, value in read_recipe(recipe_file("fast")).items()}
    assert (named.vectors == embtrain.train(text, **{**spelt, **options}).vectors).all()
    with pytest.raises(UsageError, match="recipe is 'slow'; expected one of fast, balanced, best"):
        embtrain.train(text, recipe="slow")
