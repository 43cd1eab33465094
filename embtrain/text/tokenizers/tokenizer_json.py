"""Expresses the normalising and tokenising of text as parts of a Hugging Face tokenizer.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embtrain.errors import EmbtrainError
from embtrain.option_names import Message, neutral
from embtrain.text_record import DIGEST, TextRecord, kept_file, record_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """The parts of a tokenizer.json that cuts text like the training of some vectors.

    Attributes:
        normalizer: the value of "normalizer", or None.
        pre_tokenizer: the value of "pre_tokenizer", for words that are cut by rules.
        model: the tokenizer.json whose tokens are the words, or None; `normalizer` goes before its own.
        problem: what a tokenizer.json cannot do, or None.
    """

    normalizer: Json | None
    pre_tokenizer: Json
    model: bytes | None = None
    problem: Message | None = None


def tokenizer_parts(metadata: Mapping[str, str]) -> Parts | None:
    """Makes the parts from the metadata of vectors; None if the metadata say nothing about text."""
    try:
        record = record_of(metadata)
    except EmbtrainError as error:
        return Parts(None, _at_white_space(), problem=Message(neutral(error)))
    if record is None:
        return None
    normalizer, name = _normalizer(record), record.tokenizer
    if name == "words":
        from embtrain.text.tokenizers.break_patterns import no_words, word_segments

        cut = [_split(word_segments(), "Isolated"), _split(no_words(), "Removed")]
        return Parts(normalizer, {"type": "Sequence", "pretokenizers": cut})
    if name == "chars":
        from embtrain.text.tokenizers.break_patterns import grapheme_clusters

        return Parts(normalizer, _split(grapheme_clusters(), "Removed", invert=True))
    if name == "whitespace":
        return Parts(normalizer, _at_white_space())
    what = f"the words of the tokenizer '{name}'"
    if name.startswith(DIGEST):
        what = "the tokens of a tokenizer.json that the vectors do not hold"
        try:
            if (model := kept_file(metadata, "tokenizer", name)) is not None:
                return Parts(normalizer, _at_white_space(), model)
        except EmbtrainError as error:
            what = neutral(error)
    problem = Message(
        f"a tokenizer.json cannot find {what}; the one written splits at white space: give it text whose "
        "words are separated by spaces"
    )
    return Parts(normalizer, _at_white_space(), problem=problem)


def _at_white_space() -> Json:
    # Not "WhitespaceSplit", which splits at no-break and ideographic spaces too.
    return _split(r"[\x{9}-\x{D}\x{20}]+", "Removed")


def _split(pattern: str, behavior: str, *, invert: bool = False) -> Json:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behavior, "invert": invert}


def _normalizer(record: TextRecord) -> Json | None:
    """The steps of `embtrain.text.normalize.Normalizer`."""
    steps: list[Json] = []
    if record.normalize != "none":
        steps.append({"type": record.normalize})
    if record.lowercase:
        steps += [_replace(_FINAL_SIGMA, "\u03c2"), {"type": "Lowercase"}]
    if record.digits != "keep":
        steps.append(_replace(r"\p{Nd}+" if record.digits == "run" else r"\p{Nd}", "0"))
    if len(steps) < 2:
        return steps[0] if steps else None
    return {"type": "Sequence", "normalizers": steps}


def _replace(pattern: str, content: str) -> Json:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


# The library lowers letter by letter, but a capital sigma at the end of a word has a special small letter
# (Unicode, section 3.13: after a cased letter and not before one, skipping case-ignorable characters).
_CASED = r"[\p{Lu}\p{Ll}\p{Lt}]"
_IGNORED = r"[\p{Mn}\p{Me}\p{Cf}\p{Lm}\p{Sk}'.:\x{B7}\x{2018}\x{2019}\x{2024}\x{2027}]"
_FINAL_SIGMA = rf"(?<={_CASED}{_IGNORED}*)\x{{3A3}}(?!{_IGNORED}*{_CASED})"
