"""What each tokeniser is, and the versions of the tables and packages that tokenising depends on.

Other versions may cut differently.
"""

import unicodedata
from importlib.metadata import PackageNotFoundError, entry_points, version

from embtrain.config import TrainConfig
from embtrain.text.tokenizers.breaks_table import UNICODE_VERSION
from embtrain.text.tokenizers.plug_in import ENTRY_POINTS, is_code


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
    if is_code(name):
        package = name.partition(":")[0].partition(".")[0]
        return {package: _version(package)}
    found = [point.dist for point in entry_points(group=ENTRY_POINTS, name=name) if point.dist is not None]
    return {package.name: package.version for package in found}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def descriptions() -> dict[str, str]:
    """A line for each tokeniser, by name; for those of packages, whether they are installed."""
    found = {
        "whitespace": "what white space separates",
        "words": f"words by the rules of Unicode {UNICODE_VERSION} (UAX #29), without punctuation",
        "chars": f"characters (grapheme clusters) by the rules of Unicode {UNICODE_VERSION}",
        "jieba": f"Chinese words, {_package('jieba', 'zh')}",
    }
    for point in sorted(entry_points(group=ENTRY_POINTS)):
        package = "a package" if point.dist is None else f"{point.dist.name} {point.dist.version}"
        found.setdefault(point.name, f"{point.value} of {package}")
    return found | {
        "FILE.json": f"tokens of a language model, {_package('tokenizers', 'hf')}",
        "MODULE:FUNCTION": "words that Python code of yours finds in a line",
    }


def _package(name: str, extra: str) -> str:
    try:
        return f"by {name} {version(name)}"
    except PackageNotFoundError:
        return f"by {name}, which is not installed: pip install 'embtrain[{extra}]'"
