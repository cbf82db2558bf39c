"""The demo city as the office would hand it in: four worksheets, made from a seed.

The communities are the 74 real ones of 富阳; everything around them is invented but believable:
which unit leads where, who sits in which group, which shop keeps which stretch of pavement. The
same seed gives the same rows. Nothing is written to the database here.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice, product
from pathlib import Path
from random import Random

from gongjian.demo import words
from gongjian.lib.spreadsheets import SheetTemplate, WorksheetTable
from gongjian.lib.spreadsheets.cells import CREDIT_CODE_CHARS, CREDIT_CODE_WEIGHTS
from gongjian.office.register.specs import (
    COMMUNITIES,
    FRONTAGES,
    FUNCTIONAL,
    SEATS,
    SPECS,
    UNITS,
    headers,
)

SOURCE = Path(__file__).with_name("fuyang_communities.csv")
SEED = 20060914
COMMUNITIES_IN_ALL = 74
ROAD_SECTIONS, DOORS_A_SECTION = 250, 10
FIRMS = 90
ORGAN, INSTITUTION, ENTERPRISE = "党政机关", "事业单位", "企业"
# The subdistrict that the policy names; its communities with older numbers are the old town.
DOMINANT, NEWEST_OLD_NUMBER = "富春街道", 30
AGREEMENT_YEARS = timedelta(days=730)
LATITUDE, LONGITUDE = Decimal("30.040000"), Decimal("119.940000")

Worksheet = list[dict]


@dataclass
class City:
    """The worksheets by name, as rows of field to value.

    `since` is the day from which everybody holds his post. `names` and `phones` hand out what is
    left for those whom no worksheet names: staff, assessors, workers.
    """

    seed: int
    since: date
    worksheets: dict[str, Worksheet] = field(default_factory=dict)
    names: Iterator[str] = field(default_factory=lambda: iter(()))
    phones: Iterator[str] = field(default_factory=lambda: iter(()))

    def tables(self) -> list[WorksheetTable]:
        """Return the worksheets as an uploaded workbook would give them."""
        return [table_of(spec, self.worksheets[spec.name]) for spec in SPECS]

    @property
    def seats(self) -> Worksheet:
        return self.worksheets[SEATS.name]


def build_city(*, since: date, communities: int = COMMUNITIES_IN_ALL, seed: int = SEED) -> City:
    """Return the city with its first `communities` communities.

    Agreements run from some day before `since`.
    """
    random, city = Random(seed), City(seed, since)
    city.names = iter(people_names(random))
    city.phones = phone_numbers(random)
    units = unit_rows(city)
    places = community_rows(city, communities)
    appoint_lead_units(random, places, units)
    city.worksheets = {COMMUNITIES.name: places, UNITS.name: units}
    city.worksheets[SEATS.name] = seat_rows(random, city, places, units)
    city.worksheets[FRONTAGES.name] = frontage_rows(random, city, places)
    return city


def table_of(spec: SheetTemplate, rows: Worksheet) -> WorksheetTable:
    """Return one worksheet as it is read from a file: a header, then text cells."""
    titles = headers(spec)
    lines = [list(titles.values())]
    for row in rows:
        lines.append([row.get(name) or "" for name in titles])
    return WorksheetTable(spec.name, list(enumerate(lines, start=1)))


def people_names(random: Random) -> list[str]:
    """Return invented names, each once, in random order."""
    names = ["".join(parts) for parts in product(words.SURNAMES, words.GIVEN_NAMES)]
    random.shuffle(names)
    return names


def phone_numbers(random: Random) -> Iterator[str]:
    """Return numbers of 1380000xxxx, which nobody rings, round and round."""
    tails = list(range(10_000))
    random.shuffle(tails)
    return (f"1380000{tail:04}" for tail in cycle(tails))


def credit_code(kind: str, serial: int) -> str:
    """Return a code with a right check digit whose body (DEM…) no registrar gives out."""
    body = f"{kind}330183DEM{serial:06}"
    total = 0
    for character, weight in zip(body, CREDIT_CODE_WEIGHTS, strict=True):
        total += CREDIT_CODE_CHARS.index(character) * weight
    return body + CREDIT_CODE_CHARS[-total % 31]


def unit_rows(city: City) -> Worksheet:
    """Return 60 organs and departments, 120 institutions and enterprises, each with a 联络员."""
    rows: Worksheet = []

    def add(name: str, short_name: str, kind: str, registrar: str) -> None:
        code = credit_code(registrar, len(rows))
        row = {"name": name, "short_name": short_name, "kind": kind, "credit_code": code}
        row |= {"contact": next(city.names), "phone": next(city.phones)}
        rows.append(row)

    for name, short_name in words.FUNCTIONAL:
        add(name, short_name, FUNCTIONAL, "11")
    for name, short_name in (words.OFFICE, words.GOVERNMENT, *words.ORGANS):
        add(name, short_name, ORGAN, "11")
    for name in words.INSTITUTIONS:
        add(f"富阳市{name}", f"市{name}", INSTITUTION, "12")
    firms = islice(product(words.FIRM_WORDS, words.FIRM_TRADES), FIRMS)
    for word, (trade, short_trade) in firms:
        add(f"富阳{word}{trade}有限公司", word + short_trade, ENTERPRISE, "91")
    return rows


def community_rows(city: City, count: int) -> Worksheet:
    """Return the first `count` real communities, each with an invented liaison leader."""
    rows: Worksheet = []
    with SOURCE.open(encoding="utf-8") as file:
        for place in islice(csv.DictReader(file), count):
            row = {column: place[column] for column in ("name", "code", "subdistrict")}
            row |= {"kind": class_of(place), "liaison_leader": next(city.names)}
            rows.append(row)
    return rows


def class_of(place: dict) -> str:
    """Return the community's class, by subdistrict and number alone.

    富春街道's older numbers are the old town; its newer ones and 银湖街道 are new.
    """
    if place["subdistrict"] == DOMINANT:
        is_old = int(place["code"][-3:]) <= NEWEST_OLD_NUMBER
        return "老城社区" if is_old else "新建社区"
    return "新建社区" if place["subdistrict"] == "银湖街道" else "城乡结合部社区"


def organ_names(units: Worksheet) -> list[str]:
    """Return the names of organs and departments that may lead: the office itself may not."""
    above = {words.OFFICE[0], words.GOVERNMENT[0]}
    return [name for name in names_of(units, FUNCTIONAL, ORGAN) if name not in above]


def names_of(units: Worksheet, *kinds: str) -> list[str]:
    """Return the names of the units of some kinds, in their order."""
    return [unit["name"] for unit in units if unit["kind"] in kinds]


def appoint_lead_units(random: Random, places: Worksheet, units: Worksheet) -> None:
    """Let one organ lead each community; once all lead one, some lead a second."""
    organs = organ_names(units)
    random.shuffle(organs)
    for place, organ in zip(places, cycle(organs)):
        place["lead_unit"] = organ


def seat_rows(random: Random, city: City, places: Worksheet, units: Worksheet) -> Worksheet:
    """Return each community's lead seat and 3 to 12 others, a quarter of them organs."""
    others = names_of(units, INSTITUTION, ENTERPRISE)
    organs = organ_names(units)
    rows: Worksheet = []

    def add(place: dict, unit: str, role: str) -> None:
        row = {"community": place["name"], "unit": unit, "role": role}
        row |= {"representative": next(city.names), "phone": next(city.phones)}
        rows.append(row)

    for place in places:
        size = random.randint(3, 12)
        further_organs = [name for name in organs if name != place["lead_unit"]]
        members = random.sample(others, size - size // 4)
        members += random.sample(further_organs, size // 4)
        add(place, place["lead_unit"], "牵头")
        for unit in members:
            add(place, unit, "共建")
    return rows


def road_sections(random: Random, count: int, places: Worksheet) -> list[tuple[dict, str]]:
    """Return (community, road section), spread evenly; a road stands once in a community."""
    sections = []
    share, remainder = divmod(count, len(places))
    for index, place in enumerate(places):
        number_of_roads = share + (index < remainder)
        roads = random.sample(words.ROADS, number_of_roads)
        for road in roads:
            start, end = random.sample(words.CROSSINGS, 2)
            sections.append((place, f"{road}（{start}至{end}）"))
    return sections


def frontage_rows(random: Random, city: City, places: Worksheet) -> Worksheet:
    """Return ten doors for each road section, numbered upwards along it."""
    count = round(ROAD_SECTIONS * len(places) / COMMUNITIES_IN_ALL)
    sections = road_sections(random, count, places)
    people = cycle(people_names(random))
    rows: Worksheet = []
    for place, section in sections:
        door = random.randint(1, 60)
        for _ in range(DOORS_A_SECTION):
            door += random.choice((1, 2, 2, 4))
            row = frontage_row(random, city.since, len(rows) + 1)
            row |= {"community": place["name"], "road_section": section}
            row |= {"door_number": f"{door}号", "responsible_person": next(people)}
            rows.append(row | {"phone": next(city.phones)})
    return rows


def frontage_row(random: Random, since: date, serial: int) -> dict:
    """Return one shop with its agreement of two years, signed within 300 days before `since`."""
    status = random.choices(("营业", "停业", "空置", "拆迁"), (92, 4, 3, 1))[0]
    signed_on = since - timedelta(days=random.randint(0, 300))
    word = random.choice(words.SHOP_WORDS)
    trade = random.choice(words.SHOP_TRADES)
    number = f"富包〔{signed_on.year}〕{serial:04}号"
    agreement = {"agreement_number": number, "signed_on": signed_on}
    agreement["valid_until"] = signed_on + AGREEMENT_YEARS
    return {"shop_name": word + trade, "status": status, **agreement, **ground_of(serial)}


def ground_of(serial: int) -> dict:
    """Return plaque, duties, extent and an invented point, all by the serial number."""
    metres = Decimal(serial % 9) / 2
    north = Decimal(serial * 37 % 2000) / 100_000
    east = Decimal(serial * 91 % 3000) / 100_000
    return {
        "plaque_number": f"FY-{serial:04}",
        "duty_set": ("门前三包", "门前三包", "门前四包")[serial % 3],
        "length_m": str(metres + 4),
        "depth_m": str(metres / 2 + 3),
        "latitude": f"{LATITUDE + north:.6f}",
        "longitude": f"{LONGITUDE + east:.6f}",
        "datum": "WGS-84",
    }
