"""What belongs to the project: every file but those .gitignore names. Works without git, in an unpacked archive too."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
IGNORED = [
    line for line in (ROOT / ".gitignore").read_text().splitlines() if line and not line.startswith("#")
]


def project_files(below: Path = ROOT) -> Iterator[Path]:
    """The project's files, as paths from its root."""
    for path in sorted(below.iterdir()):
        if path.name == ".git" or _is_ignored(path):
            continue
        if path.is_dir():
            yield from project_files(path)
        else:
            yield path.relative_to(ROOT)


def _is_ignored(path: Path) -> bool:
    """Knows the four forms .gitignore uses: `name`, `*.x`, `folder/` and `/from-the-root`."""
    for pattern in IGNORED:
        if pattern.endswith("/") and not path.is_dir():
            continue
        name = pattern.rstrip("/")
        if name.startswith("/"):
            if path == ROOT / name[1:]:
                return True
        elif fnmatch(path.name, name):
            return True
    return False
