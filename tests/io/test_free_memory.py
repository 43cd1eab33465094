"""The memory that this process may take: of the machine, and of the control groups around it."""

import pytest

from embtrain.io import free_memory

GB = 1 << 30


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Makes the files of a machine with 8 GB of memory, 6 of which are available, and 1 GB of swap."""
    info = tmp_path / "meminfo"
    sizes = {"MemTotal": 8, "MemAvailable": 6, "SwapTotal": 1, "SwapFree": 1}
    info.write_text("".join(f"{name}: {size << 20} kB\n" for name, size in sizes.items()))
    monkeypatch.setattr(free_memory, "_MEMORY_INFO", info)
    monkeypatch.setattr(free_memory, "_CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(free_memory, "_OWN_CGROUPS", tmp_path / "own")
    (tmp_path / "own").write_text("0::/\n")
    (tmp_path / "cgroup").mkdir()
    return tmp_path


def limit(folder, most, used, cached=0, names=("memory.max", "memory.current", "file")):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{most}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{names[2]} {cached}\ninactive_{names[2]} {cached}\n")


def test_a_machine_offers_what_is_available_and_its_swap(machine):
    assert free_memory.free_memory() == free_memory.FreeMemory(7 * GB, "the machine", 9 * GB)


def test_the_limit_of_a_container_counts_without_the_pages_of_files(machine):
    limit(machine / "cgroup", 2 * GB, GB, cached=GB // 2)
    found = free_memory.free_memory()
    assert found == free_memory.FreeMemory(3 * GB // 2, "the container (cgroup)", 2 * GB, True)


def test_no_limit_is_no_limit(machine):
    limit(machine / "cgroup", "max", GB)
    assert free_memory.free_memory().of == "the machine"


def test_the_limits_of_all_groups_around_a_process_count(machine):
    (machine / "own").write_text("0::/users/me/job\n")
    limit(machine / "cgroup/users/me/job", 5 * GB, 0)
    limit(machine / "cgroup/users", 3 * GB, 0)
    assert free_memory.free_memory().n_bytes == 3 * GB


def test_version_1_of_control_groups_has_other_names(machine):
    (machine / "own").write_text("9:cpu:/\n4:memory:/docker/abc\n")
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total")
    limit(machine / "cgroup/memory", 4 * GB, GB, names=names)
    assert free_memory.free_memory().n_bytes == 3 * GB


def test_more_use_than_the_limit_leaves_nothing(machine):
    limit(machine / "cgroup", GB, 2 * GB)
    assert free_memory.free_memory().n_bytes == 0
