"""Refuses to measure while the parity tests fail: a fast but wrong kernel proves nothing."""

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/ops"


def notes(skip: bool) -> list[str]:
    """Runs the check, or returns a note that it was skipped. Raises what check raises."""
    if skip:
        return ["the parity tests were NOT run before this measurement."]
    check()
    return []


def check() -> None:
    """Runs the tests that compare kernels with the reference. Raises click.ClickException if one fails."""
    click.echo(f"checking that {TESTS} passes ...", err=True)
    command = [sys.executable, "-m", "pytest", "-q", TESTS]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if finished.returncode != 0:
        said = (finished.stdout + finished.stderr).strip().splitlines() or ["no output"]
        raise click.ClickException(
            f"no figures while {TESTS} fails (pytest ended with {finished.returncode}: {said[-1]}); "
            "fix that first, or pass --skip-parity while developing"
        )
