"""The README.md of a folder: a model card, whose front matter the Hugging Face Hub reads."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from embtrain.vectors.transform_record import KEY as STEPS
from embtrain.wording import counted, one_line

_TAGS = (
    "embeddings",
    "static-embeddings",
    "word-embeddings",
    "sentence-transformers",
    "model2vec",
    "embtrain",
)
#: Most characters of a value that come from the metadata.
_SHOWN = 200
_USE = """\
```python
from model2vec import StaticModel

vectors = StaticModel.from_pretrained("FOLDER").encode(["a sentence"])
```

```python
from sentence_transformers import SentenceTransformer

vectors = SentenceTransformer("FOLDER").encode(["a sentence"])
```
"""


def model_card(metadata: Mapping[str, str], n_words: int, dim: int, command: str | None) -> str:
    """Writes the card.

    Args:
        metadata: of the vectors; what they do not say is left out.
        n_words, dim: their shape.
        command: the command that made them, if it is known.
    """
    config, provenance = (_parsed(metadata, key, dict) for key in ("config", "provenance"))
    epochs, steps = (_parsed(metadata, key, list) for key in ("training", STEPS))
    parts = [
        *_front_matter(config),
        f"# {counted(n_words, 'word vector')} of {counted(dim, 'value')}\n",
        "A text is the mean of the vectors of its words. FOLDER is this folder or repository:\n",
        _USE,
    ]
    if config:
        parts += ["## Training\n", *_training(config, provenance, epochs, command)]
    if steps:
        parts += ["## Transformation\n", f"{', '.join(map(_cell, steps))} (`embtrain transform`)\n"]
    # The scores of a training are those of the vectors before any transformation.
    scores = epochs[-1].get("scores") if epochs and not steps and isinstance(epochs[-1], dict) else None
    if isinstance(scores, dict) and scores:
        parts += [
            "## Scores\n",
            _table(
                [
                    ("set", "score"),
                    *(
                        (name, f"{score:.4g}")
                        for name, score in scores.items()
                        if isinstance(score, float | int)
                    ),
                ]
            ),
        ]
    return "\n".join(parts)


def _front_matter(config: Mapping[str, Any]) -> Iterator[str]:
    yield "---"
    if config.get("tokenizer") == "jieba":
        yield "language: zh"
    yield from ("library_name: model2vec", "pipeline_tag: sentence-similarity", "tags:")
    yield from (f"- {tag}" for tag in _TAGS)
    yield "---\n"


def _training(
    config: Mapping[str, Any], provenance: Mapping[str, Any], epochs: list[Any], command: str | None
) -> Iterator[str]:
    corpus = provenance.get("corpus")
    text = corpus if isinstance(corpus, dict) else {}
    facts = [("made by", provenance.get("tool")), ("SHA-256 of the text as read", text.get("sha256"))]
    facts += [("words of text", text.get("trained_tokens")), ("epochs", len(epochs) or None)]
    yield _table([("", ""), *((what, value) for what, value in facts if value is not None)])
    if command is not None and "```" not in command:
        yield "Words in capitals stand for files whose names were not recorded:\n"
        yield f"```sh\n{command}\n```\n"
    yield "The options, which `embtrain train --config` takes from the vectors themselves:\n"
    options = {name: value for name, value in config.items() if value is not None}
    shown = json.dumps(options, indent=2, ensure_ascii=False).replace("`", "\\u0060")
    yield f"```json\n{shown}\n```\n"


def _table(rows: list[tuple[Any, Any]]) -> str:
    lines = [f"| {_cell(first)} | {_cell(second)} |" for first, second in rows]
    return "\n".join([lines[0], "| :-- | :-- |", *lines[1:]]) + "\n"


def _cell(value: Any) -> str:
    shown = f"{value:,}" if isinstance(value, int) else one_line(str(value))[:_SHOWN]
    return shown.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _parsed(metadata: Mapping[str, str], key: str, kind: type) -> Any:
    """Metadata that is JSON of the kind that training writes; empty for any other."""
    try:
        found = json.loads(metadata.get(key, "null"))
    except (ValueError, RecursionError):
        return kind()
    return found if isinstance(found, kind) else kind()
