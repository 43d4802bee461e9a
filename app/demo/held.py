"""The fairs that the demo's five invented municipalities hold."""

from dataclasses import dataclass, field
from typing import Any

from app.fairs.states import FairKind
from app.kernel.wire import Money
from app.places.models import Infrastructure


@dataclass(frozen=True)
class Held:
    """A fair of the demo."""

    organiser: str
    place: str
    at: tuple[float, float]
    name: str
    rule: dict[str, Any]
    starts: str
    ends: str
    kind: FairKind = FairKind.WEEKLY
    stalls: int | None = None
    fee: Money | None = None
    ends_days_later: int = 0
    description: str = ""
    has: tuple[Infrastructure, ...] = (Infrastructure.WATER, Infrastructure.TOILETS)
    region: dict[str, str] = field(default_factory=dict)


_SATURDAYS = {"kind": "weekly", "days": ["sat"]}
HELD = (
    Held(
        "MUNI-QORI-PAMPA",
        "Plaza de Armas de Qori Pampa",
        (-15.84, -70.02),
        "Feria de productores de Qori Pampa",
        _SATURDAYS,
        "07:00",
        "13:00",
        fee=Money(amount="3.00", currency="PEN"),
        description="Quinua, papa, queso y tejidos, de quien los hace. Primero producción propia, después reventa.",
        has=(Infrastructure.WATER, Infrastructure.POWER, Infrastructure.TOILETS, Infrastructure.ACCESSIBLE),
        region={"country": "PE", "region": "PE-PUN"},
    ),
    Held(
        "MUNI-ILLARY-PATA",
        "Parque de los Artesanos",
        (-13.52, -71.97),
        "Feria de artesanía de Illary Pata",
        {"kind": "monthly_nth", "nths": [1], "day": "sun"},
        "09:00",
        "18:00",
        kind=FairKind.CRAFT,
        stalls=30,
        description="Telar de cintura, cerámica y joyería, con demostraciones de los talleres.",
        region={"country": "PE", "region": "PE-CUS"},
    ),
    Held(
        "MUNI-ILLARY-PATA",
        "Calle Real de Illary Pata",
        (-13.51, -71.98),
        "Noches de feria de Illary Pata",
        {"kind": "monthly_day", "days": ["last"]},
        "18:00",
        "01:00",
        kind=FairKind.NIGHT,
        stalls=20,
        ends_days_later=1,
        region={"country": "PE", "region": "PE-CUS"},
    ),
    Held(
        "MUNI-WINAY-UMA",
        "Plaza del Lago",
        (-16.2, -68.6),
        "Feria de productores de Wiñay Uma",
        {"kind": "weekly", "days": ["thu", "sun"]},
        "06:00",
        "12:00",
        stalls=40,
        fee=Money(amount="5.00", currency="BOB"),
        region={"country": "BO", "region": "BO-L"},
    ),
    Held(
        "MUNI-WINAY-UMA",
        "Cancha comunal",
        (-16.21, -68.61),
        "Día de trueque de Wiñay Uma",
        {"kind": "monthly_nth", "nths": [-1], "day": "sun"},
        "08:00",
        "12:00",
        kind=FairKind.BARTER,
        stalls=25,
        description="Sin dinero: traiga lo que le sobra y lleve lo que le falta.",
        region={"country": "BO", "region": "BO-L"},
    ),
    Held(
        "MUNI-SUMAJ-ORQO",
        "Campo ferial",
        (-17.97, -67.11),
        "Expoferia de la quinua y la artesanía",
        {"kind": "yearly_date", "month": 8, "day": 5},
        "09:00",
        "20:00",
        kind=FairKind.EXPO,
        stalls=120,
        region={"country": "BO", "region": "BO-O"},
    ),
    Held(
        "MUNI-RAYEN-ANTU",
        "Plaza de Rayen Antu",
        (-38.74, -72.6),
        "Feria campesina de Rayen Antu",
        {"kind": "weekly", "days": ["sat"], "interval": 2},
        "09:00",
        "15:00",
        stalls=24,
        fee=Money(amount="2500", currency="CLP"),
        region={"country": "CL", "region": "CL-AR"},
    ),
    Held(
        "MUNI-RAYEN-ANTU",
        "Gimnasio municipal",
        (-38.73, -72.59),
        "Taller de tintes naturales",
        {"kind": "monthly_nth", "nths": [3], "day": "wed"},
        "15:00",
        "18:00",
        kind=FairKind.WORKSHOP,
        has=(Infrastructure.ROOF, Infrastructure.POWER, Infrastructure.PARKING),
        region={"country": "CL", "region": "CL-AR"},
    ),
)
