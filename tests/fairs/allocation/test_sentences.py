"""What people read about where they stand."""

from typing import get_args

import pytest
from msgspec import convert, to_builtins

from app.fairs.allocation import Layout, Quota, Record, Stall, Weights, sentences
from app.fairs.allocation.model import Why
from app.kernel import i18n
from tests.fairs.allocation.make import EVERYTHING, allocated, group, numbered

YEARS = Weights(rotation=0, seniority=100)


def told(outcome, name, lang="es"):
    return sentences.why(next(record for record in outcome.records if record.group == name), lang)


def test_placed_waiting_and_left_out_read_in_both_languages():
    outcome = allocated(
        numbered(1),
        group("ana", seniority_years=7),
        group("beto", "dulces", is_own_production=False, seniority_years=9),
        group("caro", barred=("documents",)),
        weights=YEARS,
    )

    assert told(outcome, "ana") == "Les toca el puesto P1. Tienen 700 puntos y entraron en el turno 1."
    assert told(outcome, "ana", "en") == "You have stall P1. You have 700 points and came in at turn 1."
    assert told(outcome, "beto") == (
        "Están en la lista de espera, en el lugar 1. Los puestos que les sirven se dieron a los grupos que estaban "
        "antes en el orden. Primero entran los grupos que venden lo que ellos mismos producen."
    )
    assert told(outcome, "caro") == (
        "Esta vez no tienen puesto. Falta un documento, o ya está vencido en esa fecha."
    )


def test_who_was_moved_apart_reads_where_the_points_alone_led():
    stalls = (
        Stall(code="1", number=1, fixed_holder="zoila"),
        Stall(code="2", number=2, quality=90),
        Stall(code="3", number=3, quality=10),
    )

    outcome = allocated(Layout(stalls=stalls), group("zoila"), group("ana"), weights=YEARS)

    assert told(outcome, "ana").endswith(
        "Por puntos les tocaba el 2; cambiaron de lugar para que no queden juntos dos puestos de lo mismo."
    )
    assert told(outcome, "zoila") == "Les toca el puesto 1: es su puesto fijo."


def test_needs_and_quotas_are_named():
    outcome = allocated(
        Layout(stalls=(Stall(code="1", number=1), Stall(code="2", number=2))),
        group("ana", "textiles", seniority_years=2),
        group("beto", "textiles"),
        group("caro", needs_power=True, needs_water=True),
        quotas=(Quota(of="category", value="textiles", at_most=1),),
        weights=YEARS,
    )

    assert told(outcome, "caro").endswith("Ningún puesto libre tiene todo lo que necesitan: luz y agua.")
    assert told(outcome, "beto").endswith(
        "Ya se dieron todos los puestos que las bases permiten para textiles."
    )
    record = next(one for one in outcome.records if one.group == "beto")
    assert sentences.why(record, "en", quota_name="Textiles").endswith("allow for Textiles are taken.")


def test_every_criterion_has_its_line():
    outcome = allocated(
        numbered(1), group("ana", credit=100_000, distance_km=25, is_women_led=True), weights=EVERYTHING
    )

    assert sentences.criteria(outcome.records[0], "es") == [
        "Cercanía: 750 de 1000 puntos; pesa 20.",
        "Primera vez: 0 de 1000 puntos; pesa 40.",
        "Rotación: 499,5 de 1000 puntos; pesa 100.",
        "Años en la feria: 0 de 1000 puntos; pesa 30.",
        "Dirigido por mujeres: 1000 de 1000 puntos; pesa 50.",
    ]


def test_a_date_without_stalls_to_give_says_so():
    assert told(allocated(Layout(), group("ana")), "ana").endswith("no hay ningún puesto para repartir.")


def test_a_quota_of_the_bases_reads_as_a_sentence():
    assert sentences.quota(Quota(of="category", value="t", at_least=5, at_most=12), "Textiles", "es") == (
        "Textiles: al menos 5 puestos y no más de 12"
    )


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("code", get_args(Why))
def test_every_reason_has_its_words(lang, code):
    assert i18n.texts(lang)["stall_why"][code]


def test_a_stored_record_reads_the_same():
    record = allocated(numbered(1), group("ana")).records[0]

    assert convert(to_builtins(record), Record) == record
