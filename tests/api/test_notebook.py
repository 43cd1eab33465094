"""A notebook shows a bar, a table, a picture and a page, and an interrupt ends a training at once."""

import asyncio
import threading
import time

import pytest

from tests.conftest import needs_native

pytest.importorskip("ipykernel", reason="runs a notebook")
nbclient = pytest.importorskip("nbclient", reason="runs a notebook")
v4 = pytest.importorskip("nbformat.v4", reason="runs a notebook")


pytestmark = [needs_native, pytest.mark.filterwarnings("ignore")]

TRAIN = """
import embtrain
sentences = [["a", "b", "c", "d"], ["e", "f", "g", "h"]] * 200
vectors = embtrain.train(sentences, dim=8, epochs=2, min_count=1, threads=1)
"""
LONG = """
import time, embtrain
started = time.monotonic()
try:
    embtrain.train(sentences, dim=100, epochs=100_000, min_count=1)
finally:
    print("stopped", time.time())
"""
CELLS = [TRAIN, "vectors", 'vectors.plot(method="pca")', 'vectors.page(method="pca")']


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in [*CELLS, LONG]])
    client = nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}})
    with client.setup_kernel():
        yield client


def run(client, place):
    cell = client.nb.cells[place]
    client.execute_cell(cell, place)
    return cell.outputs


def shown(outputs):
    """What a cell shows, by kind."""
    return {kind: text for output in outputs for kind, text in output.get("data", {}).items()}


def test_a_notebook_shows_what_there_is(client):
    bars = "".join(output.get("text", "") for output in run(client, 0))
    assert "training: 100%" in bars
    table = shown(run(client, 1))
    assert "8 words x 8" in table["text/html"]
    assert "<table>" in table["text/html"]
    assert table["text/plain"].startswith("<Embeddings: 8 words x 8")
    assert shown(run(client, 2))["image/png"].startswith("iVBOR")
    assert shown(run(client, 3))["text/html"].startswith("<iframe srcdoc=")


def test_completion_offers_the_options(client):
    async def ask(code):
        return await client.kc.complete(code, reply=True, timeout=30)

    def matches(code):
        return nbclient.util.run_sync(ask)(code)["content"]["matches"]

    run(client, 0)
    assert "epochs=" in matches("embtrain.train('text.txt', ep")
    assert "Embeddings" in matches("embtrain.Em")[0]


def test_an_interrupt_ends_a_training_within_a_second(client):
    run(client, 0)
    asked = []

    def interrupt():
        time.sleep(1)
        asked.append(time.time())
        asyncio.run(client.km.interrupt_kernel())

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="KeyboardInterrupt"):
        run(client, len(CELLS))
    thread.join()
    said = "".join(
        output.get("text", "") for output in client.nb.cells[-1].outputs if output.get("name") == "stdout"
    )
    assert 0 <= float(said.split()[-1]) - asked[0] < 1
    assert "8 words x 8" in shown(run(client, 1))["text/plain"]
