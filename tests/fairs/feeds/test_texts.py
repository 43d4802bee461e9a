"""What people send to each other and read aloud."""

from datetime import date
from typing import Any

import pytest

from app.fairs.feeds import texts
from app.fairs.feeds.structs import Moment, Spot, moments
from tests.fairs.feeds import make


def _week(**values: Any) -> list[Moment]:
    return moments(make.series(**values), date(2026, 11, 16), date(2026, 11, 22))


def test_a_date_to_share_is_four_lines() -> None:
    (moment,) = _week()

    assert texts.share(moment, "es").split("\n") == [
        "Feria campesina",
        "Sábado 21 de noviembre, de 8:00 a 14:00",
        "Plaza de Armas, Qori Pampa",
        "https://minka.test/ferias/campesina/2026-11-21",
    ]
    assert texts.share(moment, "en").split("\n")[1] == "Saturday 21 November, from 8:00 to 14:00"


def test_a_moved_date_says_before_and_now() -> None:
    moved = make.override(starts_local="2026-11-22T09:30", reason="Lluvia", spot=Spot(name="Estadio"))
    (moment,) = _week(overrides=(moved,))

    assert texts.share(moment, "es").split("\n") == [
        "CAMBIA: Feria campesina",
        "Antes: sábado 21 de noviembre, 8:00.",
        "Ahora: domingo 22 de noviembre, de 9:30 a 15:30.",
        "Estadio",
        "Motivo: Lluvia",
        "https://minka.test/ferias/campesina/2026-11-21",
    ]


def test_a_cancelled_date_says_so_first_and_gives_no_hour_to_come_at() -> None:
    (moment,) = _week(overrides=(make.override(is_cancelled=True, reason="Lluvia"),))

    assert texts.share(moment, "es").split("\n") == [
        "CANCELADA: Feria campesina, sábado 21 de noviembre",
        "Motivo: Lluvia",
        "https://minka.test/ferias/campesina/2026-11-21",
    ]
    assert texts.share(moment, "en").startswith("CANCELLED: Feria campesina, Saturday 21 November\nReason: ")


def test_names_cannot_forge_lines_or_addresses() -> None:
    (moment,) = _week(name="Feria\r\nCANCELADA:\u202e ya", url="javascript:alert(1)")

    assert texts.share(moment, "es").split("\n")[0] == "Feria CANCELADA: ya"
    assert "javascript" not in texts.share(moment, "es")


def test_the_week_is_read_aloud() -> None:
    moved = make.override(starts_local="2026-11-22T13:15", duration_minutes=165, reason="Lluvia.")
    week = _week() + _week(name="Feria de lanas", overrides=(moved,))
    week += _week(name="Trueque", overrides=(make.override(is_cancelled=True),))

    assert texts.radio(week, "es") == (
        "Esta semana hay 2 ferias.\n"
        "El sábado 21 de noviembre, de las ocho de la mañana a las dos de la tarde, Feria campesina, "
        "en Plaza de Armas, Qori Pampa.\n"
        "Atención: Feria de lanas, que era el sábado 21 de noviembre, cambia. Motivo: Lluvia. "
        "El domingo 22 de noviembre, de la una y cuarto de la tarde a las cuatro de la tarde, Feria de lanas, "
        "en Plaza de Armas, Qori Pampa.\n"
        "Atención: Trueque, del sábado 21 de noviembre, no se realiza.\n"
        "Organiza: Municipalidad de Qori Pampa (demostración)."
    )
    assert texts.radio(week[:1], "en") == (
        "There is one fair this week.\n"
        "On Saturday 21 November, from eight in the morning to two in the afternoon, Feria campesina, "
        "at Plaza de Armas, Qori Pampa.\nOrganised by Municipalidad de Qori Pampa (demostración)."
    )


def test_an_invented_fair_says_so_wherever_its_words_go() -> None:
    (moment,) = _week(is_demo=True)

    assert texts.share(moment, "es").split("\n")[1] == "Demostración: esta feria es inventada."
    assert texts.radio([moment], "es").startswith("Esto es una demostración: las ferias son inventadas.\n")


def test_a_week_without_fairs_says_so() -> None:
    assert texts.radio([], "es") == "Esta semana no hay ferias."
    assert texts.radio([], "en") == "There are no fairs this week."


@pytest.mark.parametrize(
    ("minute", "said"),
    [
        (0, "de las doce de la noche a la una de la madrugada"),
        (330, "de las cinco y media de la madrugada a las seis y media de la mañana"),
        (700, "de las once y 40 de la mañana a las doce y 40 del mediodía"),
        (720, "de las doce del mediodía a la una de la tarde"),
        (1140, "de las siete de la noche a las ocho de la noche"),
    ],
)
def test_hours_are_said_as_people_say_them(minute: int, said: str) -> None:
    week = _week(starts_minute=minute, duration_minutes=60)

    assert f", {said}, " in texts.radio(week, "es")


def test_a_fair_of_several_days_says_until_which() -> None:
    (moment,) = _week(duration_minutes=2 * 1440 + 600)

    assert texts.share(moment, "es").split("\n")[1] == (
        "Sábado 21 de noviembre, desde 8:00 hasta 18:00 del lunes 23 de noviembre"
    )


def test_a_rule_is_said_with_its_hours() -> None:
    night = make.series(starts_minute=1200, duration_minutes=360)

    assert texts.rule_and_hours(night, "es") == "todos los sábados, de 20:00 a 2:00"
    assert texts.rule_and_hours(night, "en") == "every Saturday, from 20:00 to 2:00"
    week = make.series(duration_minutes=6 * 1440 + 360, until_on=date(2026, 11, 27))
    assert texts.rule_and_hours(week, "es") == (
        "todos los sábados, desde 8:00; dura 7 días (el último, hasta 14:00), hasta el 27 de noviembre de 2026"
    )
