"""Checks that a graph fits into memory."""

from embtrain.errors import ResourceError
from embtrain.io.free_memory import free_memory
from embtrain.io.memory import address_space, gib
from embtrain.wording import counted

#: Bytes of a node: where its neighbours begin, while they are placed too, and their number after merging.
_NODE_BYTES = 24
#: Bytes of an edge as it was read, and of its weight.
_END_BYTES, _WEIGHT_BYTES = 8, 4
#: Bytes of a neighbour, and of its weight.
_NEIGHBOUR_BYTES, _SUM_BYTES = 4, 8
#: Fewer bytes than this are not worth a check.
_SMALL = 64 << 20


def graph_bytes(edges: int, nodes: int, weighted: bool, directed: bool) -> int:
    """Bytes that a graph takes while it is built, without the list of its edges."""
    neighbour = _NEIGHBOUR_BYTES + (_SUM_BYTES if weighted else 0)
    return nodes * _NODE_BYTES + edges * neighbour * (1 if directed else 2)


def check_memory(name: str, edges: int, nodes: int, weighted: bool, directed: bool) -> None:
    """Checks that the graph of the edges read so far can be built.

    Raises:
        ResourceError: the limit on the address space, or what the machine or the container has left, is less.
    """
    needed = graph_bytes(edges, nodes, weighted, directed)
    if needed < _SMALL:
        return
    limit, used = address_space()
    if limit is not None and needed > limit - used:
        raise _too_much(name, edges, needed, max(0, limit - used), "of address space left (ulimit -v)")
    free = free_memory()
    if free is not None and needed > free.n_bytes:
        raise _too_much(name, edges, needed, free.n_bytes, f"left on {free.of}")


def _too_much(name: str, edges: int, needed: int, left: int, where: str) -> ResourceError:
    return ResourceError(
        f"{name}: the first {counted(edges, 'edge')} need {gib(needed)} of memory more, but {gib(left)} is "
        f"{where}; leave out edges, or use a machine with more memory"
    )
