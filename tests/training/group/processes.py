"""Starts the processes of a group as srun does: by variables."""

import random
import socket
import subprocess
import time

from tests.conftest import command, environment


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def write_two_topics(path, lines, words):
    """Writes lines of words of two topics, which take turns and share no word."""
    draw = random.Random(1)
    text = [
        " ".join(f"{'ab'[number % 2]}{min(29, int(draw.expovariate(0.1)))}" for _ in range(words))
        for number in range(lines)
    ]
    path.write_text("\n".join(text) + "\n")


def start(size, arguments, folder, name=("train",)):
    """Starts `embtrain train`, or another command, with `arguments(rank)` in each of `size` processes."""
    variables = environment() | {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(free_port()),
        "WORLD_SIZE": str(size),
    }
    return [
        subprocess.Popen(
            command(*name, *arguments(rank)),
            cwd=folder,
            env=variables | {"RANK": str(rank), "LOCAL_WORLD_SIZE": str(size), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(size)
    ]


def finish(processes, seconds=60):
    """Exit codes and stderr of all processes, by rank."""
    until = time.monotonic() + seconds
    try:
        said = [process.communicate(timeout=max(0.1, until - time.monotonic()))[1] for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [process.returncode for process in processes], said
