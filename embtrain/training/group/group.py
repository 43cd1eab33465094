"""A group of processes that train one model together, connected by torch.distributed."""

import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import EmbtrainError, ResourceError, UsageError

#: Seconds that the processes may take to start, and that one may be silent: reading its share takes long.
_START_SECONDS: Final = 300
_SILENT_SECONDS: Final = 7 * 24 * 3600
# Seconds that the others have to say that they are still there, once a connection is lost.
_ROLL_CALL_SECONDS: Final = 2.0


class Group:
    """The connections of this process to the others.

    Attributes:
        rank: its number, from 0.
        size: number of processes.

    Raises ResourceError if the others cannot be reached.
    """

    def __init__(self) -> None:
        import torch.distributed as dist
        from torch.distributed.rendezvous import rendezvous

        self.rank, self.size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        start = timedelta(seconds=_START_SECONDS)
        try:
            self._store, _, _ = next(rendezvous("env://", timeout=start))
            silent = timedelta(seconds=_SILENT_SECONDS)
            dist.init_process_group(
                "gloo", store=self._store, rank=self.rank, world_size=self.size, timeout=silent
            )
        except (RuntimeError, ValueError) as error:
            where = f"{os.environ['MASTER_ADDR']}:{os.environ['MASTER_PORT']}"
            raise ResourceError(
                f"rank {self.rank} of {self.size} cannot reach the others at {where}: {_first_line(error)}"
            ) from error
        self._store.set(f"embtrain/host/{self.rank}", f"{socket.gethostname()}, process {os.getpid()}")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Tells the others why this process ends early, and says which other process was lost.

        Raises ResourceError if another process has ended.
        """
        try:
            yield
        except EmbtrainError as error:
            self._announce(error.neutral)
            error.put_before(f"rank {self.rank}")
            raise
        except RuntimeError as error:
            if not _is_lost(error):
                raise
            lost = ResourceError(f"rank {self.rank} ends, because {self._reason()}")
            # How to go on from a checkpoint.
            for note in getattr(error, "__notes__", ()):
                lost.add_note(note)
            raise lost from error
        except BaseException as error:
            self._announce(type(error).__name__)
            raise

    def leave(self) -> None:
        """Closes the connections."""
        import torch.distributed as dist

        with suppress(RuntimeError):
            dist.destroy_process_group()

    def agree(self, what: Mapping[str, str]) -> None:
        """Checks that all processes have the same values.

        Raises UsageError that names the first one that differs from rank 0, and the values.
        """
        names = list(what)
        mine = "\0".join(f"{name}\1{what[name]}" for name in names).encode()
        all_of_them = self.gather(np.frombuffer(mine, np.uint8))
        first = _values(all_of_them[0])
        for rank, other in enumerate(map(_values, all_of_them)):
            for name in sorted(first.keys() | other.keys()):
                expected, found = first.get(name), other.get(name)
                if expected != found:
                    raise UsageError(f"{name} differs: rank 0 has {expected}, rank {rank} has {found}")

    def wait(self) -> None:
        """Waits until all processes are here."""
        self.sum([0])

    def sum(self, numbers: Sequence[int]) -> list[int]:
        """The sums of whole numbers over all processes."""
        import torch
        import torch.distributed as dist

        tensor = torch.tensor(numbers, dtype=torch.int64)
        dist.all_reduce(tensor)
        return cast("list[int]", tensor.tolist())

    def gather(self, data: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
        """The data of all processes, by rank, in each of them; lengths may differ."""
        return [self.broadcast(data if rank == self.rank else None, rank) for rank in range(self.size)]

    def broadcast(self, data: NDArray[Any] | None, source: int = 0) -> NDArray[np.uint8]:
        """The bytes of an array of one process, in all of them."""
        import torch
        import torch.distributed as dist

        length = torch.zeros(1, dtype=torch.int64)
        mine = self.rank == source
        if mine:
            assert data is not None
            length[0] = data.nbytes
        dist.broadcast(length, source)
        n_bytes = int(length[0])
        flat = (
            np.ascontiguousarray(data).view(np.uint8).reshape(-1).copy()
            if mine
            else np.empty(n_bytes, np.uint8)
        )
        if n_bytes:
            dist.broadcast(torch.from_numpy(flat), source)
        return flat

    def send(self, data: NDArray[np.uint8], receiver: int) -> None:
        """Sends bytes to another process, which calls `receive`."""
        import torch
        import torch.distributed as dist

        dist.send(torch.tensor([data.nbytes], dtype=torch.int64), receiver)
        if data.nbytes:
            dist.send(torch.from_numpy(data.copy()), receiver)

    def receive(self, sender: int) -> NDArray[np.uint8]:
        """The bytes that another process sends."""
        import torch
        import torch.distributed as dist

        length = torch.zeros(1, dtype=torch.int64)
        dist.recv(length, sender)
        data = np.empty(int(length[0]), np.uint8)
        if len(data):
            dist.recv(torch.from_numpy(data), sender)
        return data

    def _announce(self, reason: str) -> None:
        with suppress(RuntimeError):
            self._store.set("embtrain/reason", f"rank {self.rank} failed: {reason}")

    def _reason(self) -> str:
        """Why the group ends: what a process announced, else the name of one that does not answer."""
        try:
            self._store.set(f"embtrain/here/{self.rank}", "1")
            until = time.monotonic() + _ROLL_CALL_SECONDS
            while time.monotonic() < until:
                if self._store.check(["embtrain/reason"]):
                    return str(self._store.get("embtrain/reason").decode())
                time.sleep(0.05)
            silent = [rank for rank in range(self.size) if not self._store.check([f"embtrain/here/{rank}"])]
            if silent:
                host = self._store.get(f"embtrain/host/{silent[0]}").decode()
                return f"rank {silent[0]} was lost ({host})"
        except RuntimeError:
            return "rank 0 was lost, or the launcher"
        return "a connection to another rank was lost"


def _values(data: NDArray[np.uint8]) -> dict[str, str]:
    pairs = (entry.partition("\1") for entry in data.tobytes().decode().split("\0"))
    return {name: value for name, _, value in pairs}


def _is_lost(error: RuntimeError) -> bool:
    import torch.distributed as dist

    text = str(error)
    return isinstance(error, dist.DistError) or "onnection" in text or "gloo" in text.lower()


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
