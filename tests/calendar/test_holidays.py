"""Public holidays of the three countries, for warnings."""

import subprocess
import sys
from datetime import date

import pytest

from app.calendar import holidays


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
async def test_a_holiday_has_its_name_in_both_languages(day, country, region, spanish, english):
    asked = date.fromisoformat(day)

    found = [await holidays.names([asked], country, region, lang=lang) for lang in ("es", "en")]

    assert found == [{asked: name} if name else {} for name in (spanish, english)]


def test_the_package_of_every_calendar_stays_out_of_a_worker():
    code = (
        "import asyncio, datetime, sys; from app.calendar import holidays;"
        "found = asyncio.run(holidays.names([datetime.date(2026, 12, 25)], 'PE'));"
        "sys.exit('holidays' in sys.modules or not found)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
