"""Counts that processes make together: each counts its share of a text, the first one adds up their files."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO, Final

import numpy as np

from embtrain import __version__
from embtrain.config import TrainConfig
from embtrain.io.temporary_files import open_temporary
from embtrain.option_names import option
from embtrain.text.sharing import is_plain_text
from embtrain.training.group.counting import SharedText
from embtrain.training.group.group import Group
from embtrain.training.group.refusals import check_lines

#: Bytes that are sent at a time.
_BLOCK: Final = 1 << 24


def share_of(group: Group, config: TrainConfig) -> SharedText:
    """The share of a text that this process reads."""

    def can_cut(path: str) -> bool:
        return config.sentence == "line" and is_plain_text(path, config.encoding)

    return SharedText(group, can_cut)


def check_alike(
    group: Group, config: TrainConfig, inputs: tuple[str, ...], options: Mapping[str, Any]
) -> None:
    """Raises UsageError if versions, inputs or options differ, or an option is for one process."""
    check_lines(config)
    named = {option(name.replace("_", "-")): str(value) for name, value in options.items()}
    group.agree({"embtrain": __version__, "CORPUS": " ".join(inputs), **named})


@contextmanager
def collected(group: Group, own: BinaryIO, tmp_dir: str | None) -> Iterator[list[str]]:
    """The files of all processes, in order, as paths that can be opened in the block; none but in the first.

    Args:
        own: that of this process, written to its end.
        tmp_dir: where the first process keeps the others meanwhile, without names.
    """
    own.flush()
    if group.rank:
        own.seek(0)
        while block := own.read(_BLOCK):
            group.send(np.frombuffer(block, np.uint8), 0)
        group.send(np.empty(0, np.uint8), 0)
        # A connection that closes too early may lose what it has sent.
        group.wait()
        yield []
        return
    with ExitStack() as stack:
        files = [own]
        for rank in range(1, group.size):
            files.append(stack.enter_context(open_temporary(tmp_dir)))
            while len(received := group.receive(rank)):
                files[-1].write(received.data)
            files[-1].flush()
        group.wait()
        # Files without a name are opened again by the number that the process has for them.
        yield [f"/dev/fd/{file.fileno()}" for file in files]
