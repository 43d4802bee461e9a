from pathlib import Path

import pytest

from app.kernel.db import Database
from app.places import formats, territories
from app.places.formats import Reading
from tests.client import Client, problem

PERU = """inei,reniec,departamento,provincia,distrito,iso_3166_2,capital
211101,200901,PUNO,SAN ROMAN,JULIACA,PE-PUN,Juliaca
080406,070406,CUSCO,CALCA,PISAC,PE-CUS,Pisac
080101,070101,CUSCO,CUSCO,CUSCO,PE-CUS,Cusco
010102,010102,AMAZONAS,CHACHAPOYAS,ASUNCION,PE-AMA,Asunción
010519,010418,AMAZONAS,LUYA,SAN JUAN DE LOPECANCHA,PE-AMA,"San Juan de
 Lopecancha"
150101,140101,LIMA,LIMA,LIMA,PE-LIM,Lima
150201,140901,LIMA,BARRANCA,BARRANCA,PE-LIM,Barranca
20101,020101,ANCASH,HUARAZ,HUARAZ,PE-ANC,Huaraz
NA,190203,PASCO,DANIEL ALCIDES CARRION,SANTA ANA DE TUSI,PE-PAS,Santa Ana de Tusi
211101,200901,PUNO,SAN ROMAN,JULIACA,PE-PUN,Juliaca
"""
BOLIVIA = """"codigo_ine","idep","nombre_dep","iprov","nombre_prov","imun","nombre_mun","capital","superficie_km2"
"010101","01","Chuquisaca","01","Oropeza","01","Sucre","Sucre",1671.1
"010102","01","Chuquisaca","01","Oropeza","02","Yotala","Yotala",432.2
"010301","01","Chuquisaca","03","Zudáñez","01","Zudáñez","Villa Zudáñez",654
"020101","02","La Paz","01","Murillo","01","La Paz","La Paz",2012
"020801","02","La Paz","08","Ingavi","01","Viacha","Viacha",1120
"030101","03","Cochabamba","01","Cercado","01","Cochabamba","Cochabamba",305
"040101","04","Oruro","01","Cercado","01","Oruro","Oruro",1633
"050101","05","Potosí","01","Tomás Frías","01","Potosí","Potosí",1255
"070101","07","Santa Cruz","01","Andrés Ibáñez","01","Santa Cruz de la Sierra","Santa Cruz",567
"100101","10","Nadie","01","Nadie","01","Ninguno","Ninguno",1
"""
CHILE = """id,name,province_id
01101,Iquique,011
01402,Camiña,014
02202,Ollagüe,022
05201,Isla de Pascua,052
09101,Temuco,091
10201,Castro,102
13101,Santiago,131
15101,Arica,151
16101,Chillán,161
9115,Pucón,091
"""
PROVINCES = "id,name,region_id\n011,Iquique,01\n091,Cautín,09\n102,Chiloé,10\n"


def _read(tmp_path: Path, content: str, *, provinces: str | None = None) -> Reading:
    file = tmp_path / "lista.csv"
    file.write_text(content)
    if provinces:
        (tmp_path / "cl_provinces.csv").write_text(provinces)
    return territories.read(file)


def _told(reading: Reading) -> list[tuple[str, str, str, str]]:
    return [(found.code, found.region, found.name, found.parent_name) for found in reading.found]


def test_the_list_of_peru_is_read(tmp_path: Path) -> None:
    reading = _read(tmp_path, PERU)

    assert _told(reading) == [
        ("PE-211101", "PE-PUN", "Juliaca", "San Roman"),
        ("PE-080406", "PE-CUS", "Pisac", "Calca"),
        ("PE-080101", "PE-CUS", "Cusco", "Cusco"),
        ("PE-010102", "PE-AMA", "Asunción", "Chachapoyas"),
        ("PE-010519", "PE-AMA", "San Juan de Lopecancha", "Luya"),
        ("PE-150101", "PE-LMA", "Lima", "Lima"),
        ("PE-150201", "PE-LIM", "Barranca", "Barranca"),
        ("PE-020101", "PE-ANC", "Huaraz", "Huaraz"),
    ]
    assert [code for _, code in reading.wrong] == ["territory_code_invalid", "repeated_territory"]
    assert {found.level for found in reading.found} == {"district"}


def test_the_list_of_bolivia_is_read(tmp_path: Path) -> None:
    reading = _read(tmp_path, BOLIVIA)

    assert _told(reading)[2:5] == [
        ("BO-010301", "BO-H", "Zudáñez", "Zudáñez"),
        ("BO-020101", "BO-L", "La Paz", "Murillo"),
        ("BO-020801", "BO-L", "Viacha", "Ingavi"),
    ]
    assert (len(reading.found), [code for _, code in reading.wrong]) == (9, ["region_unknown"])


def test_the_list_of_chile_keeps_its_zeros_and_finds_provinces_beside_it(tmp_path: Path) -> None:
    alone = _read(tmp_path, CHILE)
    beside = _read(tmp_path, CHILE, provinces=PROVINCES)

    assert _told(alone)[0] == ("CL-01101", "CL-TA", "Iquique", "Tarapacá")
    assert _told(alone)[-1] == ("CL-09115", "CL-AR", "Pucón", "La Araucanía")
    assert [found.parent_name for found in beside.found][:5] == [
        "Iquique",
        "Tarapacá",
        "Antofagasta",
        "Valparaíso",
        "Cautín",
    ]
    assert (len(beside.found), beside.wrong) == (10, [])


def test_another_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(formats.UnknownFormatError):
        _read(tmp_path, PROVINCES)


async def test_a_second_import_adds_nothing_and_mends_what_changed(db: Database, tmp_path: Path) -> None:
    async def keep(content: str) -> tuple[int, int, int]:
        reading, told = _read(tmp_path, content), []
        async with db.tx() as tx:
            outcome = await territories.keep(tx, reading, each=told.append)
        assert sum(told) == len(reading.found)
        return outcome.added, outcome.changed, outcome.unchanged

    assert await keep(BOLIVIA) == (9, 0, 0)
    assert await keep(BOLIVIA) == (0, 0, 9)
    assert await keep(BOLIVIA.replace("Yotala", "Yotalla")) == (0, 1, 8)
    found = await territories.page(db, limit=9, after=None, country="BO", region=None, q="yotalla")
    assert [row["code"] for row in found] == ["BO-010102"]
    assert await territories.page(db, limit=9, after=None, country="BO", region=None, q="yotala") == []


async def test_territories_are_found_by_name_region_and_country(
    client: Client, db: Database, tmp_path: Path
) -> None:
    for content in (PERU, BOLIVIA, CHILE):
        async with db.tx() as tx:
            await territories.keep(tx, _read(tmp_path, content))

    async def names(**asked: str) -> list[str]:
        answer = await client.get("/v1/territories", params=asked)
        return [item["name"] for item in answer.json()["items"]]

    assert await names(q="ollague") == ["Ollagüe"]
    assert await names(q="CAMINA") == ["Camiña"]
    assert await names(region="PE-CUS") == ["Cusco", "Pisac"]
    assert await names(country="BO", q="cercado") == ["Cochabamba", "Oruro"]
    found, cursor = [], None
    while not found or cursor:
        asked = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/territories", params=asked)).json()
        found += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert (len(found), len(set(found))) == (27, 27)
    one = await client.get("/v1/territories/CL-09115")
    assert one.json() == {
        "code": "CL-09115",
        "country": "CL",
        "region": "CL-AR",
        "level": "commune",
        "name": "Pucón",
        "parent_name": "La Araucanía",
    }
    assert problem(await client.get("/v1/territories/CL-99999")) == (404, "not_found")
