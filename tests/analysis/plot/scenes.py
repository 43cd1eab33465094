"""Scenes that several tests draw."""

import numpy as np

from embtrain.analysis.plot.groups import Groups
from embtrain.analysis.plot.layout import Layout
from embtrain.analysis.plot.scene import Scene

CHINESE = ["中国", "北京", "上海", "学习"]


def scene(n_words=120, words=None, seed=0, **fields):
    """Words scattered at random, in three groups and none."""
    draws = np.random.default_rng(seed)
    names = list(words or [f"word{number}" for number in range(n_words)])
    layout = Layout(draws.normal(size=(len(names), 2)), "tsne")
    groups = Groups(np.arange(len(names)) % 4 - 1, ["first", "second", "third"])
    return Scene(names, np.arange(len(names)), layout, groups, **fields)
