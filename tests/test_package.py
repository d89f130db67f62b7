"""The wheel: what is in it, what is not, and that it finds its own files in an empty environment."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("pyproject.toml", "README.md", "smsdesk", "resources", ".github")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the project, without the network."""
    source = tmp_path_factory.mktemp("source")
    for name in PARTS:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(source / "dist")]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    (built,) = (source / "dist").glob("*.whl")
    return built


def test_the_wheel_ships_what_the_program_reads_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.removeprefix("smsdesk/resources/") for name in names if "/resources/" in name}
    assert {"style.qss", "words/en.mo", "words/de.mo", "samples/customers.csv"} <= shipped
    assert any(name.startswith("icons/") for name in shipped)
    assert not shipped & {"setup.sh", "constraints.txt", "catalogues.py"}
    assert not [name for name in names if name.startswith(("tests", "resources"))]
    assert any(name.endswith("licenses/.github/LICENSE") for name in names)


def test_installed_alone_it_finds_its_files(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "empty", with_pip=False)
    (site,) = (tmp_path / "empty").glob("[Ll]ib/**/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    python = next(p for p in (tmp_path / "empty").glob("*/python*") if p.is_file())
    script = "from smsdesk.core.shipped import shipped; print(shipped('words', 'de.mo'))"
    done = subprocess.run(
        [str(python), "-I", "-c", script],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout.strip() == str(site / "smsdesk" / "resources" / "words" / "de.mo")
