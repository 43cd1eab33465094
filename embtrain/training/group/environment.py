"""What a launcher tells a process about its group, in the variables of PyTorch. It imports nothing heavy."""

import os
from typing import Final

_VARIABLES: Final = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


def is_in_group() -> bool:
    """Whether a launcher has started this process with others."""
    return all(name in os.environ for name in _VARIABLES) and int(os.environ["WORLD_SIZE"]) > 1


def rank_of_process() -> int:
    """The number of this process in its group, from 0; 0 without a group."""
    return int(os.environ["RANK"]) if is_in_group() else 0


def was_restarted() -> bool:
    """Whether torchrun has started this process again, after the group had lost one."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0


def processes_here() -> int:
    """Processes of the group on this machine; 1 without a group."""
    return max(1, int(os.environ.get("LOCAL_WORLD_SIZE", "1"))) if is_in_group() else 1
