"""Public holidays of the three countries, for warnings."""

import subprocess
import sys
from datetime import date

import pytest

from app.calendar.holidays import holiday


@pytest.mark.parametrize(
    ("day", "country", "region", "spanish", "english"),
    [
        ("2026-12-25", "PE", None, "Navidad del Señor", "Christmas Day"),
        ("2026-07-29", "PE", "PE-CUS", "Día de la Gran Parada Militar", "Great Military Parade Day"),
        ("2026-08-06", "BO", None, "Día de la Independencia de Bolivia", "Independence Day"),
        ("2026-07-16", "BO", "BO-L", "Día del departamento de La Paz", "La Paz Day"),
        ("2026-07-16", "BO", "BO-O", None, None),
        ("2026-09-18", "CL", "CL-RM", "Día de la Independencia", "Independence Day"),
        (
            "2026-06-07",
            "CL",
            "CL-AP",
            "Asalto y Toma del Morro de Arica",
            "Assault and Capture of Cape Arica",
        ),
        ("2026-11-21", "PE", None, None, None),
        ("2026-12-25", "AR", None, None, None),
        ("1800-12-25", "PE", None, None, None),
        ("9999-12-25", "CL", None, None, None),
    ],
)
def test_a_holiday_has_its_name_in_both_languages(day, country, region, spanish, english):
    found = [holiday(date.fromisoformat(day), country, region, lang=lang) for lang in ("es", "en")]

    assert found == [spanish, english]


def test_nobody_waits_for_holidays_before_asking_for_one():
    code = "import sys, app.main, app.calendar.holidays; sys.exit('holidays' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
