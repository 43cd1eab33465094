"""What encoding means, in plain Python: the oracle of the tests."""

import re
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Encoded:
    """The sentences as words, before and after the words under the minimum count are dropped."""

    sentences: list[list[bytes]] = field(default_factory=list)
    splits: int = 0
    long_tokens: int = 0
    boms: int = 0
    lines: int = 0

    def counts(self) -> Counter[bytes]:
        return Counter(word for sentence in self.sentences for word in sentence)

    def vocabulary(self, min_count: int) -> list[tuple[bytes, int]]:
        kept = [(word, count) for word, count in self.counts().items() if count >= min_count]
        return sorted(kept, key=lambda pair: (-pair[1], pair[0]))

    def ids(self, min_count: int) -> list[list[int]]:
        rows = {word: row for row, (word, _) in enumerate(self.vocabulary(min_count))}
        mapped = [[rows[word] for word in sentence if word in rows] for sentence in self.sentences]
        return [sentence for sentence in mapped if sentence]


def encode(inputs: list[bytes], max_sentence: int, max_token: int = 65536) -> Encoded:
    result = Encoded()
    for text in inputs:
        if text.startswith(b"\xef\xbb\xbf"):
            text = text[3:]
            result.boms += 1
        lines = text.split(b"\n")
        result.lines += len(lines) - (lines[-1] == b"")
        for line in lines:
            words = [word for word in re.split(rb"[ \t\n\v\f\r]+", line) if word]
            kept = [word for word in words if len(word) <= max_token]
            result.long_tokens += len(words) - len(kept)
            parts = [kept[start : start + max_sentence] for start in range(0, len(kept), max_sentence)]
            result.sentences += parts
            result.splits += max(0, len(parts) - 1)
    return result
