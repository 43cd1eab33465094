"""Builds GloVe's tools from the C sources in the package crucyble, each with a `main` of our own."""

import subprocess
import sys
import tarfile
from pathlib import Path

from harness.peers.base import MissingPeerError

PACKAGE, VERSION = "crucyble", "0.1.0.dev4"
FLAGS = ("-O3", "-march=native", "-funroll-loops")  # as in GloVe's Makefile
TOOLS = ("vocab_count", "cooccur", "shuffle", "glove")
_MAIN = Path(__file__).with_name("stanford_tool.c")


def build_tools(folder: Path, source: Path | None) -> None:
    """Compiles the four tools into a folder.

    Args:
        folder: is made if it is not there.
        source: the package, packed or not, or None to download it.

    Raises:
        MissingPeerError: there is no compiler, or no source that it compiles.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = _find_sources(source or _download(folder), folder)
    for number, tool in enumerate(TOOLS, 1):
        _compile(sources / f"{tool}.c", number, folder / tool)


def _download(folder: Path) -> Path:
    sdist = folder / f"{PACKAGE}-{VERSION}.tar.gz"
    if not sdist.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE]
        _run(f"pip download {PACKAGE}", [*pip, "--dest", str(folder), f"{PACKAGE}=={VERSION}"])
    return sdist


def _find_sources(source: Path, folder: Path) -> Path:
    """The folder of glove.c; a packed source is unpacked beside the tools."""
    if source.is_file():
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise MissingPeerError(f"{source}: cannot be unpacked: {error}") from error
        source = folder / f"{PACKAGE}-{VERSION}"
    found = min(source.rglob("glove/glove.c"), default=None)
    if found is None:
        raise MissingPeerError(f"{source}: holds no glove/glove.c")
    return found.parent


def _compile(source: Path, number: int, target: Path) -> None:
    compiler = ["cc", *FLAGS, "-w"]
    closing = ["-Dfclose=close_all_but_log"] if target.name == "cooccur" else []
    compiled = str(target.with_suffix(".o"))
    _run(f"cc {source.name}", [*compiler, *closing, f"-I{source.parent}", "-c", str(source), "-o", compiled])
    linked = [f"-DTOOL={number}", str(_MAIN), compiled, "-lm", "-pthread", "-o", str(target)]
    _run(f"cc {_MAIN.name}", [*compiler, *linked])


def _run(name: str, command: list[str]) -> None:
    """Runs a command that fetches or builds something. Raises MissingPeerError with its last line."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise MissingPeerError(f"{name}: {error.strerror}") from error
    if done.returncode != 0:
        raise MissingPeerError(f"{name}: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
