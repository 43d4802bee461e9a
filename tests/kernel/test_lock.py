import os
import signal
import subprocess
import sys

import pytest

from app.kernel import lock
from app.kernel.settings import Settings

OLD = (3, 40, 1)
HOLD = """
import sys
from app.kernel import lock
from app.kernel.settings import Settings
with lock.writing(Settings(database_url=sys.argv[1]), "minka serve", version=(3, 40, 1)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path):
    return Settings(database_url=f"sqlite:///{tmp_path / 'minka.db'}", _env_file=None)


@pytest.fixture
def other(settings):
    """Another process that writes this database."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, settings.database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process


def test_second_writer_is_refused_and_told_who_writes(settings, other):
    with (
        pytest.raises(lock.DatabaseInUseError) as refused,
        lock.writing(settings, "minka import", version=OLD),
    ):
        pass

    assert refused.value.facts == {"pid": other.pid, "command": "minka serve"}
    assert lock.holder(settings.sqlite_path) == lock.Holder(other.pid, "minka serve")


def test_second_writer_is_let_in_from_the_version_that_mends_the_bug(settings, other):
    with lock.writing(settings, "minka import", version=lock.SAFE_VERSION):
        assert lock.holder(settings.sqlite_path) == lock.Holder(other.pid, "minka serve")


def test_lock_ends_with_a_process_that_was_killed(settings, other):
    other.send_signal(signal.SIGKILL)
    other.wait()

    assert lock.holder(settings.sqlite_path) is None
    with lock.writing(settings, "minka serve", version=OLD):
        assert lock.holder(settings.sqlite_path) == lock.Holder(os.getpid(), "minka serve")
    assert lock.holder(settings.sqlite_path) is None


def test_shorter_command_leaves_nothing_of_a_longer_one(settings):
    for command in ("minka import territories", "minka"):
        with lock.writing(settings, command, version=OLD):
            assert lock.holder(settings.sqlite_path) == lock.Holder(os.getpid(), command)


def test_postgres_needs_no_lock(tmp_path):
    settings = Settings(database_url="postgresql://u@h/d", secret_key="k" * 40, _env_file=None)

    with (
        lock.writing(settings, "minka worker", version=OLD),
        lock.writing(settings, "minka worker", version=OLD),
    ):
        assert list(tmp_path.iterdir()) == []
