"""Text in pieces, and the sentences that training sees in them."""

from itertools import pairwise

from embtrain.config import TrainConfig
from embtrain.text.encode import encode_pieces
from embtrain.text.tokenization import Tokenization


def sentences(chunks, **options) -> list[list[str]]:
    """Sentences as the encoder sees them."""
    tokenization = Tokenization(TrainConfig(**options))
    found = []
    with encode_pieces([("text", tokenization.split(chunks))], min_count=1) as corpus:
        words = list(corpus.vocabulary)
        reader = corpus.reader()
        while (block := reader.read(1000)) is not None:
            found += [[words[id] for id in block.ids[a:b]] for a, b in pairwise(block.sentences.tolist())]
    return found


def cut(text: str, size: int) -> list[bytes]:
    data = text.encode()
    return [data[start : start + size] for start in range(0, len(data), size)]
