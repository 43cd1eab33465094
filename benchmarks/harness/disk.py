"""Watches how much disk space the files of a folder take, deleted but open ones included."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

INTERVAL = 0.05  # seconds between two looks
_BLOCK = 512  # bytes of a block in st_blocks


class DiskWatch:
    """Finds the peak, in bytes, of a folder's files while a process runs, those of subfolders left out."""

    def __init__(self, process: int, folder: Path) -> None:
        self.peak = 0
        self._files = Path(f"/proc/{process}/fd")
        self._folder = folder.resolve()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look_again, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _look_again(self) -> None:
        while True:
            self.peak = max(self.peak, self._bytes())
            if self._stopped.wait(INTERVAL):
                break
        self.peak = max(self.peak, self._bytes())

    def _bytes(self) -> int:
        sizes: dict[int, int] = {}
        for path in [*_paths(self._folder), *self._open_files()]:
            try:
                found = os.stat(path)
            except OSError:  # closed or removed since it was listed
                continue
            sizes[found.st_ino] = found.st_blocks * _BLOCK
        return sum(sizes.values())

    def _open_files(self) -> list[str]:
        """The process's own files in the folder, by their names in /proc, which lead to deleted ones too."""
        return [path for path in _paths(self._files) if self._is_inside(path)]

    def _is_inside(self, path: str) -> bool:
        try:
            return os.readlink(path).startswith(f"{self._folder}{os.sep}")
        except OSError:
            return False


def _paths(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries]
    except OSError:  # not Linux, or the process has ended
        return []
