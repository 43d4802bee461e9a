from collections import Counter
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from app.kernel import money
from app.places import countries


def test_every_region_of_three_countries_is_known():
    assert Counter(region.country for region in countries.SUBDIVISIONS.values()) == {
        "PE": 26,
        "BO": 9,
        "CL": 16,
    }


@pytest.mark.parametrize("country", ["PE", "BO", "CL"])
def test_prefixes_are_the_official_ones_without_a_gap(country):
    prefixes = {region.prefix for region in countries.subdivisions_of(country)}

    two_digits = {prefix for prefix in prefixes if len(prefix) == 2}
    assert two_digits == {f"{number:02d}" for number in range(1, len(two_digits) + 1)}
    assert prefixes - two_digits == ({"1501"} if country == "PE" else set())


def test_countries_name_what_exists():
    for country in countries.COUNTRIES.values():
        assert ZoneInfo(country.zone)
        assert country.currency in money.CURRENCIES
        assert country.phone_prefix == f"+{phonenumbers.country_code_for_region(country.code)}"


def test_clocks_differ_in_the_south_of_chile():
    zones = {region.code: region.zone for region in countries.subdivisions_of("CL")}

    assert {code: zone for code, zone in zones.items() if zone != "America/Santiago"} == {
        "CL-AI": "America/Coyhaique",
        "CL-MA": "America/Punta_Arenas",
    }
    assert all(ZoneInfo(zone) for zone in zones.values())


@pytest.mark.parametrize(
    ("country", "official_code", "region"),
    [
        ("PE", "211101", "PE-PUN"),
        ("PE", "150101", "PE-LMA"),
        ("PE", "150801", "PE-LIM"),
        ("PE", "15", "PE-LIM"),
        ("BO", "020101", "BO-L"),
        ("CL", "10201", "CL-LL"),
        ("CL", "01101", "CL-TA"),
        ("CL", "16101", "CL-NB"),
        ("PE", "990101", None),
        ("AR", "0201", None),
        ("PE", "", None),
    ],
)
def test_a_district_belongs_to_the_region_its_code_begins_with(country, official_code, region):
    found = countries.subdivision_of(country, official_code)

    assert (found and found.code) == region
