"""Words and characters of text by the plain rules of UAX #29, as lists of str, for comparison."""

from embtrain.plain.segments.break_rules import is_control
from embtrain.text.tokenizers.unicode_breaks import plain_segmenter, table

rules = plain_segmenter()


def words(text: str) -> list[str]:
    """The word segments that have a letter, a number or an emoji, without white space before them."""
    return [rules.stripped(segment) for segment in rules.segments_of(text) if rules.is_word(segment)]


def visible(text: str) -> list[str]:
    """The grapheme clusters that are not white space or control characters."""
    bits = table()
    kept = [c for c in rules.clusters_of(text) if not is_control([int(bits[ord(c[0])])])]
    return [stripped for cluster in kept if (stripped := rules.stripped(cluster))]
