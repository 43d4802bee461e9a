import re
import stat

import pytest
from pydantic import SecretStr, ValidationError

from app.kernel.db import Lite
from app.kernel.settings import Settings
from tests.project.tree import ROOT, project_files

OF_OTHERS = {
    "MINKA_TEST_POSTGRES_URL",  # of the tests
    "MINKA_POSTGRES_PASSWORD",  # of the composition
}


def _documented():
    rows = re.findall(
        r"^\| `(MINKA_\w+)` \| (?:`(.*?)`)? ?\| (.+) \|$",
        (ROOT / "docs" / "settings.md").read_text(),
        re.MULTILINE,
    )
    return {name: (default, meaning) for name, default, meaning in rows}


def _written(default):
    """A default as somebody types it into an environment variable."""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return str(default).lower() if isinstance(default, bool) else "" if default == () else str(default)


def test_every_setting_is_documented_with_its_default_and_meaning():
    known = {
        f"MINKA_{name.upper()}": (_written(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }

    assert _documented() == known


def test_no_file_for_people_names_a_setting_that_does_not_exist():
    for_people = [
        path
        for path in project_files()
        if path.suffix in {".md", ".yml", ".example"} or path.name == "Makefile"
    ]
    named = {
        name for path in for_people for name in re.findall(r"\bMINKA_[A-Z_]+\b", (ROOT / path).read_text())
    }

    assert named - OF_OTHERS - set(_documented()) == set()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"secret_key": "short"}, "32 characters"),
        ({"database_url": "postgresql://u@h/d"}, "32 characters"),
        ({"database_url": "mysql://x"}, "neither SQLite nor PostgreSQL"),
    ],
)
def test_settings_that_cannot_be_are_refused(given, why):
    with pytest.raises(ValidationError, match=why):
        Settings(**given, _env_file=None)


async def test_the_embedded_database_is_its_owners_alone(tmp_path):
    async with Lite.open(tmp_path / "new" / "minka.db") as db, db.tx():
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}

    assert modes == dict.fromkeys(("minka.db", "minka.db-wal", "minka.db-shm"), 384)
