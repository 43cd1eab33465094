"""tools/check_release.py finds what must not be released."""

import tarfile
import zipfile

import pytest

import embtrain
from tools.check_release import INSTALLED, SOURCES, faults

VERSION = embtrain.__version__


@pytest.fixture
def dist(tmp_path):
    """A folder with a wheel and an sdist that are complete; returns a function that makes them."""

    def make(installed=INSTALLED, sources=SOURCES, version=VERSION):
        with zipfile.ZipFile(tmp_path / f"embtrain-{version}-cp312-abi3-linux_x86_64.whl", "w") as wheel:
            for name in installed:
                wheel.writestr(name.replace("*", "abi3"), "")
        with tarfile.open(tmp_path / f"embtrain-{version}.tar.gz", "w:gz") as sdist:
            for name in sources:
                sdist.addfile(tarfile.TarInfo(f"embtrain-{version}/{name.replace('*', 'file')}"))
        return tmp_path

    return make


def test_what_is_complete_passes(dist):
    assert [*faults(dist(), None)] == []


def test_an_empty_folder(tmp_path):
    assert [*faults(tmp_path, None)] == [f"{tmp_path}: no wheel", f"{tmp_path}: expected one sdist, found 0"]


def test_a_tag_of_another_version_and_a_changelog_without_a_date(dist):
    found = [*faults(dist(), "v9.9")]
    assert found[0] == f"the tag is v9.9, expected v{VERSION}, the version in embtrain/__init__.py"


def test_files_of_another_version(dist):
    found = [*faults(dist(version="9.9"), None)]
    assert f"embtrain-9.9.tar.gz: expected version {VERSION}" in found


def test_a_wheel_without_the_native_module_or_with_its_sources(dist):
    wheel = f"embtrain-{VERSION}-cp312-abi3-linux_x86_64.whl"
    assert [*faults(dist(installed=INSTALLED[:-1]), None)] == [f"{wheel}: embtrain/_native.*.so is missing"]
    stray = "embtrain/csrc/isa/isa.cpp"
    found = [*faults(dist(installed=(*INSTALLED, stray)), None)]
    assert found == [f"{wheel}: {stray} does not belong into a wheel"]


def test_an_sdist_without_a_part(dist):
    found = [*faults(dist(sources=SOURCES[1:]), None)]
    assert found == [f"embtrain-{VERSION}.tar.gz: {SOURCES[0]} is missing"]
