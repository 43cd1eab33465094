"""Trains gensim's Word2Vec on a file, saves the vectors and prints the training time as a JSON line."""

import json
import time

from arguments import parse
from gensim.models import Word2Vec


def main() -> None:
    """Builds the vocabulary, trains, saves; only train() is timed."""
    options = parse()
    model = Word2Vec(
        vector_size=options.dim,
        window=options.window,
        negative=options.negative,
        sample=options.sample,
        min_count=options.min_count,
        sg=int(options.model == "skipgram"),
        workers=options.threads,
        epochs=options.epochs,
        seed=options.seed,
    )
    corpus = str(options.corpus)
    model.build_vocab(corpus_file=corpus)
    began = time.perf_counter()
    model.train(corpus_file=corpus, total_words=model.corpus_total_words, epochs=options.epochs)
    seconds = time.perf_counter() - began
    model.wv.save_word2vec_format(str(options.vectors), binary=True)
    print(json.dumps({"event": "trained", "seconds": seconds, "lr": float(model.alpha)}), flush=True)


if __name__ == "__main__":
    main()
