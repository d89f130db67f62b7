"""What every test runs in: no display, English, and no file of the person who runs it."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ.pop("SMSDESK_PASSWORD", None)

import pytest
from hypothesis import HealthCheck, settings

from smsdesk.words import use_language

pytest_plugins = ["processes"]

ROOM = 4 << 30
"""So many bytes the tests of one run never fill."""

# Properties are about values, not about speed: a busy machine must not fail them.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """English words, and folders of its own for what a program keeps."""
    home: Path = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    use_language("en")
    yield
    use_language("en")


def pytest_configure(config: pytest.Config) -> None:
    """Where there is room, files of tests are in memory: only benches are about a disk."""
    memory = Path("/dev/shm")
    if config.option.markexpr != "bench" and memory.is_dir() and shutil.disk_usage(memory).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """No workers for files that are named, nor where the output is looked at; else one a core."""
    files = all(Path(argument.partition("::")[0]).is_file() for argument in config.args)
    return 0 if files or config.option.capture == "no" else None


def pytest_collection_finish() -> None:
    """Libraries and collected tests are no garbage: a collection does not look through them again."""
    gc.collect()
    gc.freeze()
