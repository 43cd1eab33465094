"""Options: one definition, checked wherever they come from; the recipes of configs/; the data manifest."""

import hashlib
import importlib.util
import json

import pytest

from embtrain.config import check_names, options_of, read_recipe
from embtrain.errors import UsageError
from embtrain.processors import available_processors
from embtrain.training.objectives.cbow import CbowConfig
from embtrain.training.objectives.glove import GloveConfig
from embtrain.training.objectives.options import all_options, stored_options, train_config
from embtrain.training.objectives.skipgram import SkipGramConfig
from tests.conftest import ROOT

SUBWORDS = {"subwords", "buckets", "subword-mode", "subword-hashes", "ngram-min-words"}
#: Options that are files, or None.
FILES = {"stop-words", "user-dict", "phrases", "init", "freeze"}
RECIPES = sorted((ROOT / "configs").glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_every_recipe_is_one_that_train_takes(path):
    from embtrain.cli.main import cli
    from embtrain.cli.train.command import command

    with cli.make_context("embtrain", ["info"]) as parent:
        context = command.make_context(
            "train", ["corpus.txt", "-o", "v", "--config", str(path)], parent=parent
        )
    recipe = read_recipe(path)
    assert recipe
    for name, value in recipe.items():
        assert context.params[name.replace("-", "_")] == value


@pytest.mark.parametrize(
    ("name", "config", "left_out"),
    [("skipgram", SkipGramConfig, SUBWORDS | {"min-lr"}), ("glove", GloveConfig, {"add-context"})],
)
def test_the_recipe_of_a_model_spells_out_the_defaults(name, config, left_out):
    recipe = read_recipe(ROOT / f"configs/{name}.toml")
    assert train_config(recipe).resolved() == config().resolved()
    assert set(recipe) | {"threads"} | FILES | left_out == set(options_of(config))


def test_resolved_leaves_nothing_open():
    resolved = SkipGramConfig().resolved()
    assert resolved.lr == 0.025
    assert resolved.threads == available_processors() >= 1
    stored = stored_options(resolved)
    assert list(stored) == list(all_options())
    nothing = {name for name, value in stored.items() if value is None}
    # Files, n-grams, the last rate, which depends on the first, and options of other models.
    others = set(all_options()) - set(options_of(SkipGramConfig))
    assert nothing == FILES | SUBWORDS | {"min-lr"} | others
    assert train_config(stored_options(resolved)) == resolved
    assert train_config(json.loads(resolved.to_json())) == resolved


@pytest.mark.parametrize(
    ("options", "lr"), [({}, 0.06), ({"cbow_gradient": "corrected"}, 0.15), ({"lr": 0.2}, 0.2)]
)
def test_cbow_has_rates_of_its_own(options, lr):
    resolved = CbowConfig(**options).resolved()
    assert resolved.lr == lr
    assert resolved.cbow_gradient == options.get("cbow_gradient", "word2vec")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dmi": 3}, "here: unknown option 'dmi'; did you mean 'dim'?"),
        ({"xyz": 3}, "here: unknown option 'xyz'; known: add-context, backend, buckets, cbow-gradient"),
        ({"model": "bow"}, f"here: model is 'bow'; expected {all_options()['model'].allowed}"),
        ({"cbow-gradient": "corrected"}, "cbow_gradient='corrected' is for model='cbow', but the model"),
        ({"dim": 0}, "here: dim is 0; expected a whole number from 1 to 16384"),
        ({"dim": True}, "here: dim is true (true or false); expected a whole number"),
        ({"lr": 0.0}, "here: lr is 0.0; expected a number above 0 and up to 100"),
        ({"sample": 2.0}, "here: sample is 2.0; expected a number from 0 to 1"),
        ({"min_count": 3}, "here: unknown option 'min_count'; did you mean 'min-count'?"),
    ],
)
def test_wrong_options_are_usage_errors(options, message):
    with pytest.raises(UsageError) as caught:
        train_config(options, "here")
    assert str(caught.value).startswith(message)


def test_known_names_pass():
    check_names(["dim", "lr"], all_options(), "here")


def test_a_recipe_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.toml: No such file"):
        read_recipe(tmp_path / "none.toml")


def test_a_recipe_that_is_not_text_is_named(tmp_path):
    (tmp_path / "r.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"r\.toml: not valid TOML"):
        read_recipe(tmp_path / "r.toml")


def where():
    """data/where.py, which is a script and not part of the package."""
    spec = importlib.util.spec_from_file_location("where", ROOT / "data/where.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(where().read_manifest()))
def test_the_manifest_says_where_data_comes_from(name):
    entry = where().read_manifest()[name]
    assert all(entry[key] for key in ("what", "origin", "licence"))
    if "package" in entry:
        if importlib.util.find_spec(entry["package"]) is None:
            pytest.skip(f"{entry['package']} is not installed")
        content = where().shipped_path(entry).read_bytes()
        assert len(content) == entry["bytes"]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    else:
        with pytest.raises(LookupError, match="no package ships this"):
            where().shipped_path(entry)
