"""What docs/fairs.md tells people to type gives what it says, and is what the rule uses."""

import re
import shutil
import subprocess

import pytest

from app.fairs.allocation import commit, draw
from app.fairs.allocation.apart import Effort
from tests.project.tree import ROOT

PAGE = (ROOT / "docs" / "fairs.md").read_text("utf-8")
COMMANDS, PRINTED = re.search(r"```sh\n(printf.*?)```\s+```text\n(.*?)```", PAGE, re.DOTALL).groups()
SEED = "K7M2QX9WTRB4HNVC3PZ8"
GROUPS = ("tejedoras-sumaq", "mieles-del-valle")


def test_the_documented_numbers_are_the_rules_own():
    of_date = f"{SEED}:2026-07-11T08:00"
    assert PRINTED.split() == [commit(SEED), *(draw(of_date, group) for group in GROUPS)]
    assert COMMANDS.count(SEED) == 3


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_public_programs_print_them_too():
    run = subprocess.run(["sh", "-c", COMMANDS], capture_output=True, text=True, check=True)

    assert re.findall(r"[0-9a-f]{64}", run.stdout) == PRINTED.split()


def test_the_documented_steps_are_those_taken():
    assert f"{Effort().steps_per_stall} exchanges per stall" in PAGE
