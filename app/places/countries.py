"""The countries and regions the project can state by itself: ISO 3166-1 and 3166-2, zones, currencies. Pure.

Districts, municipalities and comunas are imported: their official codes begin with their region's `prefix`
(Peru: ubigeo of the INEI, Bolivia: census code, Chile: CUT).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.kernel.text import words


@dataclass(frozen=True, slots=True)
class Country:
    """A country (ISO 3166-1 alpha-2) with its main zone (IANA), its currency and its phone prefix."""

    code: str
    es: str
    en: str
    zone: str
    currency: str
    phone_prefix: str


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A region or department (ISO 3166-2), and the digits its official district codes begin with.

    `own_zone` where its clocks differ from the country's.
    """

    code: str
    name: str
    prefix: str
    own_zone: str | None = None

    @property
    def country(self) -> str:
        """«PE-PUN» -> «PE»."""
        return self.code[:2]

    @property
    def zone(self) -> str:
        """The IANA zone of its clocks."""
        return self.own_zone or COUNTRIES[self.country].zone


_COUNTRIES = (
    Country("PE", "Perú", "Peru", "America/Lima", "PEN", "+51"),
    Country("BO", "Bolivia", "Bolivia", "America/La_Paz", "BOB", "+591"),
    Country("CL", "Chile", "Chile", "America/Santiago", "CLP", "+56"),
    Country("AR", "Argentina", "Argentina", "America/Argentina/Buenos_Aires", "ARS", "+54"),
    Country("BR", "Brasil", "Brazil", "America/Sao_Paulo", "BRL", "+55"),
    Country("CO", "Colombia", "Colombia", "America/Bogota", "COP", "+57"),
    Country("EC", "Ecuador", "Ecuador", "America/Guayaquil", "USD", "+593"),
    Country("PY", "Paraguay", "Paraguay", "America/Asuncion", "PYG", "+595"),
    Country("UY", "Uruguay", "Uruguay", "America/Montevideo", "UYU", "+598"),
)
_SUBDIVISIONS = (
    Subdivision("PE-AMA", "Amazonas", "01"),
    Subdivision("PE-ANC", "Áncash", "02"),
    Subdivision("PE-APU", "Apurímac", "03"),
    Subdivision("PE-ARE", "Arequipa", "04"),
    Subdivision("PE-AYA", "Ayacucho", "05"),
    Subdivision("PE-CAJ", "Cajamarca", "06"),
    Subdivision("PE-CAL", "Callao", "07"),
    Subdivision("PE-CUS", "Cusco", "08"),
    Subdivision("PE-HUV", "Huancavelica", "09"),
    Subdivision("PE-HUC", "Huánuco", "10"),
    Subdivision("PE-ICA", "Ica", "11"),
    Subdivision("PE-JUN", "Junín", "12"),
    Subdivision("PE-LAL", "La Libertad", "13"),
    Subdivision("PE-LAM", "Lambayeque", "14"),
    Subdivision("PE-LIM", "Lima", "15"),
    Subdivision("PE-LMA", "Lima Metropolitana", "1501"),
    Subdivision("PE-LOR", "Loreto", "16"),
    Subdivision("PE-MDD", "Madre de Dios", "17"),
    Subdivision("PE-MOQ", "Moquegua", "18"),
    Subdivision("PE-PAS", "Pasco", "19"),
    Subdivision("PE-PIU", "Piura", "20"),
    Subdivision("PE-PUN", "Puno", "21"),
    Subdivision("PE-SAM", "San Martín", "22"),
    Subdivision("PE-TAC", "Tacna", "23"),
    Subdivision("PE-TUM", "Tumbes", "24"),
    Subdivision("PE-UCA", "Ucayali", "25"),
    Subdivision("BO-H", "Chuquisaca", "01"),
    Subdivision("BO-L", "La Paz", "02"),
    Subdivision("BO-C", "Cochabamba", "03"),
    Subdivision("BO-O", "Oruro", "04"),
    Subdivision("BO-P", "Potosí", "05"),
    Subdivision("BO-T", "Tarija", "06"),
    Subdivision("BO-S", "Santa Cruz", "07"),
    Subdivision("BO-B", "Beni", "08"),
    Subdivision("BO-N", "Pando", "09"),
    Subdivision("CL-TA", "Tarapacá", "01"),
    Subdivision("CL-AN", "Antofagasta", "02"),
    Subdivision("CL-AT", "Atacama", "03"),
    Subdivision("CL-CO", "Coquimbo", "04"),
    Subdivision("CL-VS", "Valparaíso", "05"),
    Subdivision("CL-LI", "O'Higgins", "06"),
    Subdivision("CL-ML", "Maule", "07"),
    Subdivision("CL-BI", "Biobío", "08"),
    Subdivision("CL-AR", "La Araucanía", "09"),
    Subdivision("CL-LL", "Los Lagos", "10"),
    Subdivision("CL-AI", "Aysén", "11", "America/Coyhaique"),
    Subdivision("CL-MA", "Magallanes", "12", "America/Punta_Arenas"),
    Subdivision("CL-RM", "Metropolitana de Santiago", "13"),
    Subdivision("CL-LR", "Los Ríos", "14"),
    Subdivision("CL-AP", "Arica y Parinacota", "15"),
    Subdivision("CL-NB", "Ñuble", "16"),
)

COUNTRIES = MappingProxyType({country.code: country for country in _COUNTRIES})
SUBDIVISIONS = MappingProxyType({subdivision.code: subdivision for subdivision in _SUBDIVISIONS})
_KINDS_OF_REGION = ("region", "departamento", "dpto", "provincia")
_BY_PREFIX = MappingProxyType({(region.country, region.prefix): region for region in _SUBDIVISIONS})


def subdivisions_of(country: str) -> tuple[Subdivision, ...]:
    """The country's regions in official order; none for a country known by name only."""
    return tuple(region for region in _SUBDIVISIONS if region.country == country)


def is_region(code: str) -> bool:
    """Whether an ISO 3166-2 code is a region; of a country known by name only, any is believed."""
    return code in SUBDIVISIONS or not subdivisions_of(code[:2])


def subdivision_of(country: str, official_code: str) -> Subdivision | None:
    """The region of a district by its official code: the longest prefix wins.

    The province of Lima (1501) is a region of its own in ISO 3166-2, apart from the department (15).
    """
    for length in range(len(official_code), 0, -1):
        if region := _BY_PREFIX.get((country, official_code[:length])):
            return region
    return None


def subdivision_named(country: str, said: str) -> Subdivision | None:
    """The region people mean: «PE-PUN», «Puno», «Región de la Araucanía», «Metropolitana»."""
    asked = _plain(said)
    names = {_plain(region.name): region for region in subdivisions_of(country)}
    if found := SUBDIVISIONS.get(said.upper()):
        return found if found.country == country else None
    starts = [region for name, region in names.items() if asked and name.startswith(f"{asked} ")]
    return names.get(asked) or (starts[0] if len(starts) == 1 else None)


def _plain(name: str) -> str:
    """The folded name without «región», «departamento» and articles."""
    return " ".join(word for word in words(name) if word not in _KINDS_OF_REGION)


def today_in(country: str, now: datetime) -> date:
    """The day it is by the main clocks of a country; in UTC where the country's are not known."""
    known = COUNTRIES.get(country)
    return now.astimezone(ZoneInfo(known.zone) if known else UTC).date()
