import pytest

from app.fairs.barter import speaks_of_money
from app.kernel.db import Database
from tests.client import Client, problem
from tests.conftest import MovableClock
from tests.factories import people
from tests.factories.fairs import Keeper, keeper


@pytest.mark.parametrize(
    "text",
    [
        *(
            "S/ 20",
            "s/.20",
            "a S/. 20 el kilo",
            "$ 5",
            "Bs 3",
            "3 Bs.",
            "20 soles",
            "SOLES",
            "un sol",
            "20 sol",
        ),
        *("diez bolivianos", "5 pesos", "un peso", "US$ 4", "20 PEN", "veinte dólares", "€ 3", "50 céntimos"),
        *("acepto Yape", "pago en efectivo", "o dinero", "dos lucas", "20soles"),
    ],
)
def test_money_is_seen_in_any_dress(text: str) -> None:
    assert speaks_of_money(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Tres horas al sol", "girasoles", "tejido boliviano", "lana de 3 kg de peso", "dos arrobas"),
        *("aretes de plata", "Bolsas 3", "un remedio efectivo", "papas de Lucas", "miel y/o polen 3 frascos"),
        *("20 panes", "llevo 2 pensamientos", "eucalipto"),
    ],
)
def test_words_that_only_sound_like_money_pass(text: str) -> None:
    assert not speaks_of_money(text)


async def test_a_post_is_made_changed_and_closed(client: Client, db: Database) -> None:
    path = await _barter_day(await keeper(client, db))
    group = await people.organisation(db, "Tejedoras")
    mine = client.signed_in((await people.member(db, group)).token)
    said = {"organisation": str(group), "kind": "offer", "text": "  Lana de oveja ", "amount": "dos arrobas"}

    made = await mine.post(path, json=said)
    post = f"/v1/barter-posts/{made.json()['id']}"
    changed = await mine.patch(post, json={"amount": "una arroba"}, headers={"if-match": '"1"'})
    stale = await mine.patch(post, json={"amount": "tres"}, headers={"if-match": '"1"'})
    listed = (await client.get(f"{path}?kind=offer")).json()["items"]
    sought = (await client.get(f"{path}?kind=seek")).json()["items"]
    closed = [(await mine.post(f"{post}/closing")).json()["version"] for _ in range(2)]
    late = await mine.patch(post, json={"amount": "tres"}, headers={"if-match": '"3"'})

    assert made.status_code == 201
    assert listed == [changed.json()]
    assert {name: listed[0][name] for name in ("organisation_name", "kind", "text", "amount", "is_open")} == {
        "organisation_name": "Tejedoras",
        "kind": "offer",
        "text": "Lana de oveja",
        "amount": "una arroba",
        "is_open": True,
    }
    assert (problem(stale), sought, closed) == ((412, "stale_version"), [], [3, 3])
    assert problem(late) == (409, "post_closed")
    assert (await client.get(path)).json()["items"] == []


async def test_money_is_refused_with_a_sentence_that_says_why(client: Client, db: Database) -> None:
    path = await _barter_day(await keeper(client, db))
    group = await people.organisation(db)
    mine = client.signed_in((await people.member(db, group)).token)
    said = {"organisation": str(group), "kind": "seek", "text": "Papa"}

    refused = [
        (await mine.post(path, json=said | part)).json()["errors"]
        for part in ({"text": "Papa a S/ 2"}, {"amount": "$ 5"})
    ]

    assert [(found[0]["pointer"], found[0]["code"]) for found in refused] == [
        ("#/text", "no_money"),
        ("#/amount", "no_money"),
    ]
    assert refused[0][0]["message"].startswith("En un día de trueque no hay dinero")


async def test_posts_are_for_days_of_barter_to_come(
    client: Client, db: Database, clock: MovableClock
) -> None:
    town = await keeper(client, db)
    weekly = (await town.dates(await town.fair()))[0]
    path = await _barter_day(town)
    group, network = await people.organisation(db), await people.network(db)
    await people.affiliate(db, group, network)
    secretary = client.signed_in((await people.member(db, network)).token)
    said = {"organisation": str(group), "kind": "offer", "text": "Lana"}

    elsewhere = await secretary.post(f"/v1/occurrences/{weekly['id']}/barter-posts", json=said)
    by_network = await secretary.post(path, json=said)
    by_organiser = await town.officer.post(path, json=said)
    closed = await town.officer.post(f"/v1/barter-posts/{by_network.json()['id']}/closing")
    clock.advance(days=6)
    late = await secretary.post(path, json=said)

    assert problem(elsewhere) == (409, "not_a_barter_fair")
    assert (by_network.status_code, closed.status_code) == (201, 200)
    assert problem(by_organiser) == (403, "forbidden")
    assert problem(late) == (409, "occurrence_over")


async def _barter_day(town: Keeper) -> str:
    date = (await town.dates(await town.fair(kind="barter")))[0]
    return f"/v1/occurrences/{date['id']}/barter-posts"
