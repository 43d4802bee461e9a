import asyncio
from datetime import date
from typing import Any

import pytest

from app.calendar.readers import Hours, from_written_rule, is_rule
from app.calendar.recurrence import Day, Weekly
from app.fairs.importer import reading
from app.kernel.db import Database
from tests.client import Client, problem
from tests.factories import people
from tests.factories.fairs import Keeper, keeper

HEADER = "código;Feria;Lugar;Dirección;Distrito;Región;Días;Horario;Desde;Hasta;Tipo;Tarifa;Puestos"
SATURDAYS = "F-1;Feria sabatina;Plaza de Armas;;;;sábados;8:00 a 14:00;;;semanal;S/ 5;40"
CRAFT = "F-2;Artesanía en el parque;Parque Qori;Av. Sol 12;San Blas;Cusco;primer domingo de cada mes;de 9 a 17 h;;31/12/2026;artesanía;gratis;"
UNCLEAR = "F-3;Feria de la luna;Cancha;;;;cuando hay luna llena;8:00 a 12:00;;;;;"
NO_HOURS = "F-4;Feria del río;Puente;;;;martes y viernes;;;;;;"
ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:uno@qori
SUMMARY:Feria del sábado
LOCATION:Plaza Mayor
DTSTART;TZID=America/Lima:20260307T080000
DTEND;TZID=America/Lima:20260307T140000
RRULE:FREQ=WEEKLY;BYDAY=SA
EXDATE;TZID=America/Lima:20260314T080000
END:VEVENT
BEGIN:VEVENT
UID:uno@qori
RECURRENCE-ID;TZID=America/Lima:20260321T080000
SUMMARY:Feria de la papa
LOCATION:Coliseo
DTSTART;TZID=America/Lima:20260322T090000
DTEND;TZID=America/Lima:20260322T150000
END:VEVENT
BEGIN:VEVENT
UID:dos@qori
SUMMARY:Feria cada segundo
LOCATION:Plaza\\, Qori
DTSTART;TZID=America/Lima:20260307T080000
DTEND;TZID=America/Lima:20260307T140000
RRULE:FREQ=SECONDLY
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
async def town(client: Client, db: Database) -> Keeper:
    return await keeper(client, db)


async def test_a_spreadsheet_becomes_drafts_and_a_second_import_adds_nothing(town: Keeper) -> None:
    sheet = f"{HEADER}\n{SATURDAYS}\n{CRAFT}"

    tried = await _try(town, sheet)
    nothing_yet = (await town.officer.get("/v1/fairs")).json()["items"]
    done = await town.officer.post(f"/v1/imports/{tried['id']}/commit")
    again = await _try(town, sheet)
    fairs = (await town.officer.get("/v1/fairs")).json()["items"]
    first = (await town.officer.get(f"/v1/fairs/{fairs[1]['id']}")).json()
    second = (await town.officer.get(f"/v1/fairs/{fairs[0]['id']}")).json()

    assert (tried["counts"], nothing_yet) == ({"created": 2, "changed": 0, "same": 0, "error": 0}, [])
    assert (done.status_code, again["counts"]["same"], again["counts"]["created"]) == (200, 2, 0)
    assert [(fair["name"], fair["state"]) for fair in fairs] == [
        ("Artesanía en el parque", "draft"),
        ("Feria sabatina", "draft"),
    ]
    assert (first["rule_text"], first["starts"], first["ends"], first["fee"]) == (
        "todos los sábados",
        "08:00",
        "14:00",
        {"amount": "5.00", "currency": "PEN"},
    )
    assert first["place"]["id"] == str(town.place)
    assert (second["kind"], second["until_on"], second["fee"]) == ("craft", "2026-12-31", None)
    assert (second["place"]["name"], second["place"]["address"], second["place"]["region"]) == (
        "Parque Qori",
        "Av. Sol 12, San Blas",
        "PE-CUS",
    )


async def test_of_two_commits_at_once_of_one_file_one_adds_and_the_other_looks_again(town: Keeper) -> None:
    tried = [await _try(town, f"{HEADER}\n{SATURDAYS}\n{CRAFT}") for _ in range(4)]

    done = await asyncio.gather(*(town.officer.post(f"/v1/imports/{each['id']}/commit") for each in tried))

    fairs = (await town.officer.get("/v1/fairs")).json()["items"]
    (again, *_) = [each.json()["import_id"] for each in done if each.status_code == 409]
    report = (await town.officer.get(f"/v1/imports/{again}")).json()
    assert sorted(each.status_code for each in done) == [200, 409, 409, 409]
    assert {problem(each) for each in done if each.status_code == 409} == {(409, "import_stale")}
    assert sorted(fair["name"] for fair in fairs) == ["Artesanía en el parque", "Feria sabatina"]
    assert report["counts"]["same"] == 2


async def test_others_are_served_while_a_large_file_comes_in(town: Keeper) -> None:
    rows = "\n".join(f"Feria {number};Plaza;lunes a viernes;8:00 a 14:00" for number in range(8))
    tried = await _try(town, f"Feria;Lugar;Días;Horario\n{rows}")

    committing = asyncio.create_task(town.officer.post(f"/v1/imports/{tried['id']}/commit"))
    seen = []
    while not committing.done():
        seen.append(len((await town.officer.get("/v1/fairs?limit=10")).json()["items"]))

    assert committing.result().status_code == 200
    assert len(seen) > 5
    assert set(seen) <= {0, 8}  # all or nothing


async def test_what_is_not_understood_waits_to_be_reviewed_and_the_rest_comes_in(town: Keeper) -> None:
    tried = await _try(town, f"{HEADER}\n{SATURDAYS}\n{UNCLEAR}\n{NO_HOURS}")
    back = await town.officer.get(f"/v1/imports/{tried['id']}/file")
    await town.officer.post(f"/v1/imports/{tried['id']}/commit")
    fairs = (await town.officer.get("/v1/fairs")).json()["items"]

    assert [(row["row"], row["outcome"], [e["code"] for e in row["errors"]]) for row in tried["rows"]] == [
        (2, "created", []),
        (3, "error", ["to_review"]),
        (4, "error", ["hours_missing"]),
    ]
    assert tried["rows"][1]["errors"][0]["column"] == "Días"
    assert "luna" in tried["rows"][1]["errors"][0]["message"]
    assert "Qué corregir" in back.text
    assert "Falta a qué hora empieza" in back.text
    assert [fair["name"] for fair in fairs] == ["Feria sabatina"]


async def test_a_calendar_file_comes_in_with_its_exceptions(town: Keeper) -> None:
    tried = await _try(town, ICS, name="ferias.ics", media="text/calendar")
    done = await town.officer.post(f"/v1/imports/{tried['id']}/commit")
    again = await _try(town, ICS, name="ferias.ics", media="text/calendar")
    back = await town.officer.get(f"/v1/imports/{tried['id']}/file")
    fair = (await town.officer.get("/v1/fairs")).json()["items"][0]
    dates = await town.dates(fair)

    assert [(row["key"], row["outcome"]) for row in tried["rows"]] == [
        ("uno@qori", "created"),
        ("dos@qori", "error"),
    ]
    assert (done.status_code, again["counts"]["created"], again["counts"]["same"]) == (200, 0, 1)
    assert [(date["starts_local"], date["state"]) for date in dates[:4]] == [
        ("2026-03-07T08:00", "scheduled"),
        ("2026-03-14T08:00", "cancelled"),
        ("2026-03-22T09:00", "scheduled"),
        ("2026-03-28T08:00", "scheduled"),
    ]
    assert dates[2]["ends_at"] == "2026-03-22T20:00:00Z"
    moved = (await town.officer.get(f"/v1/occurrences/{dates[2]['id']}")).json()
    assert [date["place_name"] for date in dates[1:4]] == ["Plaza Mayor", "Coliseo", "Plaza Mayor"]
    assert moved["note"] == "Feria de la papa"
    assert [error["code"] for error in tried["rows"][1]["errors"]] == ["to_review"]
    assert tried["rows"][1]["said"]["lugar"] == "Plaza, Qori"
    assert "ferias - por corregir.csv" in back.headers["content-disposition"].replace("%20", " ")


async def test_what_was_not_understood_is_put_right_and_brought_in_later(town: Keeper) -> None:
    tried = await _try(town, f"{HEADER}\n{SATURDAYS}\n{UNCLEAR}\n{NO_HOURS}\n")
    await town.officer.post(f"/v1/imports/{tried['id']}/commit")
    listed = (await _imports(town))[0]
    good = {"row": 3, "cells": {"días": "primer domingo de cada mes"}}
    path = f"/v1/imports/{listed['id']}/corrections"

    wrong = [
        await town.officer.post(path, json={"rows": [each]})
        for each in ({"row": 2, "cells": {}}, {"row": 3, "cells": {"Color": "azul"}})
    ]
    mended = await town.officer.post(path, json={"rows": [good, {"row": 4, "is_left_out": True}]})
    done = await town.officer.post(f"/v1/imports/{mended.json()['id']}/commit")
    fairs = (await town.officer.get("/v1/fairs")).json()["items"]
    again = await _try(town, f"{HEADER}\n{SATURDAYS}\n{UNCLEAR}\n{NO_HOURS}\n")

    assert (listed["id"], listed["to_correct"]) == (tried["id"], 2)
    assert tried["rows"][1]["said"] == {
        "código": "F-3",
        "Feria": "Feria de la luna",
        "Lugar": "Cancha",
        "Días": "cuando hay luna llena",
        "Horario": "8:00 a 12:00",
    }
    assert [each.json()["errors"][0]["code"] for each in wrong] == ["row_not_wrong", "unknown_column"]
    assert mended.json()["counts"] == {"created": 1, "changed": 0, "same": 1, "error": 0}
    assert [(row["row"], row["key"]) for row in mended.json()["rows"]] == [(3, "F-3")]
    assert done.status_code == 200
    assert sorted(fair["name"] for fair in fairs) == ["Feria de la luna", "Feria sabatina"]
    assert again["counts"] == {"created": 0, "changed": 0, "same": 2, "error": 1}
    assert [each["id"] for each in await _imports(town)] == [again["id"]]


async def test_an_event_that_was_not_understood_is_read_and_put_right_in_words(town: Keeper) -> None:
    tried = await _try(town, ICS, name="ferias.ics", media="text/calendar")
    row = tried["rows"][1]
    cells = {"lugar": "Plaza", "dias": "sábados", "horario": "8:00 a 14:00"}

    mended = await town.officer.post(
        f"/v1/imports/{tried['id']}/corrections", json={"rows": [{"row": row["row"], "cells": cells}]}
    )
    await town.officer.post(f"/v1/imports/{mended.json()['id']}/commit")

    fairs = (await town.officer.get("/v1/fairs")).json()["items"]
    dates = await town.dates(next(fair for fair in fairs if fair["name"] == "Feria del sábado"))
    assert "RRULE:FREQ=SECONDLY" in row["said"]["original"]
    assert mended.json()["filename"] == "ferias - corregido.csv"
    assert mended.json()["counts"] == {"created": 2, "changed": 0, "same": 0, "error": 0}
    assert [(fair["name"], fair["rule_text"]) for fair in fairs] == [
        ("Feria cada segundo", "todos los sábados"),
        ("Feria del sábado", "todos los sábados"),
    ]
    assert [date["state"] for date in dates[:2]] == ["scheduled", "cancelled"]


@pytest.mark.parametrize(
    ("days", "hours", "code"),
    [
        ("martes de 8 a 12 h y sábados de 8 a 14 h", "", "one_opening_a_row"),
        ("sábados", "8:00 a 8:05", "hours_to_review"),
        ("sábados", "14:00-8:00", "to_review"),
        ("24/7", "", "always_open"),
        ("29 de febrero", "8:00 a 9:00", "no_dates_to_come"),
        ("FREQ=SECONDLY", "8:00 a 9:00", "to_review"),
    ],
)
async def test_what_cannot_be_a_fair_is_said_at_its_cell(
    town: Keeper, days: str, hours: str, code: str
) -> None:
    tried = await _try(town, f"Feria;Lugar;Días;Horario;Hasta\nFeria;Plaza;{days};{hours};30/12/2026")

    assert [error["code"] for error in tried["rows"][0]["errors"]] == [code]


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", "8:00-12:00"),
        ("RRULE:FREQ=WEEKLY;BYDAY=SA;", "de 8 a 12 h"),
        ("rrule: freq=weekly; interval=1; byday=sa", "8:00 a 12:00"),
        ("FREQ=WEEKLY", "8:00-12:00"),
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270301T130000Z", "8:00 - 12:00"),
        ("FREQ=WEEKLY;BYDAY=SA 8:00-12:00", ""),
        ("DTSTART;TZID=America/Lima:20270102T080000 RRULE:FREQ=WEEKLY;BYDAY=SA", "8:00-12:00"),
    ],
)
def test_a_rule_of_a_calendar_is_read_in_a_cell(days: str, hours: str) -> None:
    read = from_written_rule(days, hours, date(2027, 1, 2), today=date(2026, 3, 2), zone_name="America/Lima")

    assert is_rule(days)
    assert (read.rule, read.hours, read.unclear) == (Weekly(days=(Day.SAT,)), Hours(480, 720), ())
    assert read.until == (date(2027, 3, 1) if "UNTIL" in days else None)


async def test_a_rule_a_night_and_days_in_the_wrong_order_say_what_they_are(town: Keeper) -> None:
    found = await _try(
        town,
        'Feria;Lugar;Días;Horario;Desde;Hasta;País\nUno;Plaza;"FREQ=WEEKLY;BYDAY=SA";8:00-12:00;02/01/2027;\n'
        'Dos;Plaza;"FREQ=WEEKLY;INTERVAL=2;BYDAY=SA";8:00-12:00;;\n'
        "Tres;Plaza;viernes;20:00-2:00;;\n"
        "Cuatro;Plaza;viernes;8:00-12:00;02/01/2027;31/12/2026\n"
        "F;P;viernes;8:00-12:00;;\n"
        "Seis;Plaza;5 de septiembre de 2026;18:00-0:30;;;Chile",
    )

    said = [
        (row["outcome"], [each["code"] for each in (*row["errors"], *row["warnings"])])
        for row in found["rows"]
    ]
    assert said == [
        ("created", []),
        ("error", ["to_review"]),
        ("created", ["ends_next_day"]),
        ("error", ["last_before_first"]),
        ("error", ["too_short", "too_short"]),
        ("error", ["local_time_missing", "ends_next_day"]),
    ]


async def test_who_does_not_publish_for_it_imports_nothing(
    town: Keeper, client: Client, db: Database
) -> None:
    group = await people.organisation(db)
    mine = client.signed_in((await people.member(db, group)).token)

    answer = await _send(mine, town, "Feria;Lugar;Días\nFeria;Plaza;sábados de 8 a 14 h")

    assert answer.status_code in {403, 404}


async def test_a_sheet_of_a_million_rows_is_refused(town: Keeper) -> None:
    answer = await _send(town.officer, town, "Feria;Lugar;Días\n" + "a\n" * 1_000_000)

    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["sheet"]) == ("sheet_refused", "too_many_rows")


def test_every_kind_has_a_word_in_spanish() -> None:
    assert set(reading.KINDS.values()) == set(reading.FairKind)


async def _send(
    who: Client, town: Keeper, content: str, *, name: str = "ferias.csv", media: str = "text/csv"
) -> Any:
    return await who.post(
        f"/v1/imports?kind=fairs&for={town.organisation}&filename={name}",
        content=content.encode(),
        headers={"content-type": media},
    )


async def _imports(town: Keeper) -> list[dict[str, Any]]:
    found = await town.officer.get(f"/v1/imports?kind=fairs&for={town.organisation}&to_correct=true")
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def _try(town: Keeper, content: str, **how: str) -> dict[str, Any]:
    answer = await _send(town.officer, town, content, **how)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
