"""Versions of the tables and packages that tokenising depends on: other versions may cut differently."""

import unicodedata
from importlib.metadata import PackageNotFoundError, entry_points, version

from embtrain.config import TrainConfig
from embtrain.text.tokenizers.breaks_table import UNICODE_VERSION
from embtrain.text.tokenizers.plug_in import ENTRY_POINTS


def word_versions(config: TrainConfig) -> dict[str, str]:
    """Names and versions that tokenising and normalising depend on; empty if they need only embtrain.

    "unicode" is the version of the tables of `words` and `chars`; "python unicode" is that of the tables with
    which Python normalises and lowers case.
    """
    versions = _of_tokenizer(config.tokenizer)
    if config.lowercase or config.normalize != "none" or config.digits != "keep":
        versions["python unicode"] = unicodedata.unidata_version
    return versions


def _of_tokenizer(name: str) -> dict[str, str]:
    if name == "whitespace":
        return {}
    if name in {"words", "chars"}:
        return {"unicode": UNICODE_VERSION}
    if name == "jieba":
        return {"jieba": _version("jieba"), "unicode": UNICODE_VERSION}
    if name.startswith("sha256:") or name.endswith(".json"):
        return {"tokenizers": _version("tokenizers")}
    found = [point.dist for point in entry_points(group=ENTRY_POINTS, name=name) if point.dist is not None]
    return {package.name: package.version for package in found}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
