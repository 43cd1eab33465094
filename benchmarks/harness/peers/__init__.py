"""The programs that can be compared, by name."""

from harness.peers.base import Job, MissingPeerError, Peer, PeerFailedError, Training
from harness.peers.embtrain_cli import Embtrain, EmbtrainBatched
from harness.peers.fasttext_module import FastText
from harness.peers.gensim_word2vec import Gensim
from harness.peers.word2vec_c import Word2VecC

PEERS: dict[str, type[Peer]] = {
    peer.name: peer for peer in (Embtrain, EmbtrainBatched, Gensim, FastText, Word2VecC)
}

__all__ = ["PEERS", "Job", "MissingPeerError", "Peer", "PeerFailedError", "Training"]
