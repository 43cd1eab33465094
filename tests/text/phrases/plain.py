"""gensim's Phrases on a text, several passes of them, and what the tests compare with them."""

from pathlib import Path

from gensim.models.phrases import Phrases as GensimPhrases
from gensim.models.word2vec import LineSentence

from embtrain.text.encode import encode_corpus
from embtrain.text.phrases.learning import PhraseLearner, PhraseResources, PhraseSettings
from embtrain.text.phrases.phrases import Phrases
from embtrain.text.phrases.scoring import Scoring
from embtrain.vocabulary import encode_word


def gensim_passes(path, passes, max_sentence=10_000, **options):
    """The models of all passes, and the sentences that they join: a list of lists of words."""
    sentences = list(LineSentence(str(path), max_sentence))
    models = []
    for _ in range(passes):
        model = GensimPhrases(sentences, **options)
        models.append((model, model.find_phrases(sentences)))
        sentences = [model[sentence] for sentence in sentences]
    return models, sentences


def joined_by_gensim(path, passes=1, max_sentence=10_000, **options) -> bytes:
    _, sentences = gensim_passes(path, passes, max_sentence, **options)
    return b"".join(b" ".join(map(encode_word, sentence)) + b"\n" for sentence in sentences)


def settings_of(passes=1, delimiter="_", connector_words=(), **options) -> PhraseSettings:
    """Our settings from gensim's arguments."""
    scoring = Scoring(options.get("scoring", "default"), options["threshold"], options["min_count"])
    return PhraseSettings(scoring, passes, frozenset(map(str.encode, connector_words)), delimiter.encode())


def learned(path: Path, working=None, max_sentence=10_000, **options) -> tuple[Phrases, bytes]:
    """Our phrases of a text, and the text with them joined."""
    working = working or PhraseResources(threads=2)
    with encode_corpus([str(path)], min_count=1, max_sentence=max_sentence) as corpus:
        learner = PhraseLearner(corpus, settings_of(**options), working)
        phrases = learner.learn()
        parts = Parts()
        learner.write(parts)
        learner.close()
    return phrases, b"".join(parts.taken)


class Parts:
    """A file in memory."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def write(self, data) -> int:
        self.taken.append(bytes(data))
        return len(data)


def scores_of(phrases: Phrases, number: int) -> dict[str, list[float]]:
    """The phrases of a pass, counted from 0, with their scores: several where words are written alike."""
    one = phrases.passes[number]
    found: dict[str, list[float]] = {}
    for target, score in zip(one.targets, one.scores, strict=True):
        found.setdefault(phrases.words[int(target)], []).append(float(score))
    return found
