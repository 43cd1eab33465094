"""Describes the machine that a measurement ran on."""

import os
import platform
from pathlib import Path

_WIDE = ("avx512f", "avx2", "fma", "asimd")


def describe() -> str:
    """CPU model, the cores this process may use, the vector instructions, and the system."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{_cpu()}, {cores()} cores, {system}, Python {platform.python_version()}"


def cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cpu() -> str:
    """Model name and vector instructions as Linux reports them; less on other systems."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or "unknown CPU"
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    flags = fields.get("flags", fields.get("Features", "")).split()
    wide = " ".join(flag for flag in _WIDE if flag in flags)
    return f"{fields.get('model name', 'unknown CPU')} ({wide or 'no wide vector instructions'})"
