"""The draw: promised, shown, repeated by anybody with any program."""

import subprocess

from app.fairs.allocation import commit, draw, is_the_promised
from tests.fairs.allocation.make import allocated, group, numbered

SEED = "El 7 de julio de 2026, 4417"


def test_what_was_promised_is_checked_with_a_public_program():
    run = subprocess.run(["sha256sum"], input=SEED.encode(), capture_output=True, check=True)

    assert run.stdout.decode().split()[0] == commit(SEED)
    assert is_the_promised(SEED, commit(SEED))
    assert not is_the_promised(f"{SEED} ", commit(SEED))


def test_the_lottery_number_is_the_hmac_of_rfc_4231():
    assert draw("Jefe", "what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_among_equals_the_lowest_number_has_the_better_stall_and_the_highest_waits():
    names = sorted("abcdefgh", key=lambda name: draw(SEED, name))
    qualities = {f"P{n}": 20 + n * 37 % 80 for n in range(1, 6)}

    outcome = allocated(numbered(5), *(group(name, "") for name in "abcdefgh"), seed=SEED)

    assert outcome.waiting == tuple(names[5:])
    assert sorted(outcome.placed, key=lambda name: -qualities[outcome.placed[name]]) == names[:5]
    assert [record.lottery for record in outcome.records] == [draw(SEED, name) for name in "abcdefgh"]
    assert outcome.seed_sha256 == commit(SEED)
