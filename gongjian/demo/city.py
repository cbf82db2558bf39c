"""The demo city as the office would have it on paper: four sheets, made from a seed. Nothing is written here.

The communities are the 74 real ones of 富阳; everything around them is invented but believable: which unit leads where,
who sits in which group, which shop keeps which stretch of pavement. The same seed gives the same rows.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from random import Random

from gongjian.demo import words
from gongjian.lib.spreadsheets import SheetSpec, SheetTable
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
DOMINANT = "富春街道"  # the subdistrict that the policy names; its older half is the old town
AGREEMENT_YEARS = timedelta(days=730)

Sheet = list[dict]


@dataclass
class City:
    """The sheets by name, as rows of field to value; `since` is the day from which everybody holds his post.

    `names` and `phones` hand out what is left for those whom no sheet names: staff, assessors, workers.
    """

    seed: int
    since: date
    sheets: dict[str, Sheet] = field(default_factory=dict)
    names: Iterator[str] = field(default_factory=lambda: iter(()))
    phones: Iterator[str] = field(default_factory=lambda: iter(()))

    def tables(self) -> list[SheetTable]:
        """The sheets as an uploaded workbook would give them."""
        return [_table(spec, self.sheets[spec.name]) for spec in SPECS]

    @property
    def seats(self) -> Sheet:
        return self.sheets[SEATS.name]


def build_city(*, since: date, communities: int = COMMUNITIES_IN_ALL, seed: int = SEED) -> City:
    """Make the city with its first `communities` communities; agreements run from before `since`."""
    random, city = Random(seed), City(seed, since)
    city.names, city.phones = iter(people_names(random)), _phones(random)
    numbers = city.phones
    units = _units(city.names, numbers)
    places = _communities(city.names, communities)
    _appoint_lead_units(random, places, units)
    city.sheets = {
        COMMUNITIES.name: places,
        UNITS.name: units,
        SEATS.name: _seats(random, places, units, city.names, numbers),
        FRONTAGES.name: _frontages(random, places, since, numbers),
    }
    return city


def _table(spec: SheetSpec, rows: Sheet) -> SheetTable:
    words_of = headers(spec)
    cells = [[row.get(name) or "" for name in words_of] for row in rows]
    return SheetTable(spec.name, list(enumerate([list(words_of.values()), *cells], start=1)))


def people_names(random: Random) -> list[str]:
    """Invented names, each once, in random order."""
    names = [surname + given for surname in words.SURNAMES for given in words.GIVEN]
    random.shuffle(names)
    return names


def _phones(random: Random) -> Iterator[str]:
    """Numbers of 1380000xxxx, which nobody rings, round and round."""
    tails = list(range(10_000))
    random.shuffle(tails)
    return (f"1380000{tail:04}" for tail in cycle(tails))


def _credit_code(kind: str, serial: int) -> str:
    """A code with a right check digit whose body (DEM…) no registrar gives out."""
    body = f"{kind}330183DEM{serial:06}"
    total = sum(
        CREDIT_CODE_CHARS.index(c) * weight
        for c, weight in zip(body, CREDIT_CODE_WEIGHTS, strict=True)
    )
    return body + CREDIT_CODE_CHARS[-total % 31]


def _units(names: Iterator[str], numbers: Iterator[str]) -> Sheet:
    """60 organs and departments, then 120 institutions and enterprises, each with its 联络员."""
    firms = [(word, *trade) for word in words.FIRM_WORDS for trade in words.FIRM_TRADES][:FIRMS]
    listed = [
        *((*pair, FUNCTIONAL, "11") for pair in words.FUNCTIONAL),
        *((*pair, "党政机关", "11") for pair in (words.OFFICE, words.GOVERNMENT, *words.ORGANS)),
        *((f"富阳市{name}", f"市{name}", "事业单位", "12") for name in words.INSTITUTIONS),
        *(
            (f"富阳{word}{trade}有限公司", word + short, "企业", "91")
            for word, trade, short in firms
        ),
    ]
    return [
        {
            "name": name,
            "short_name": short_name,
            "kind": kind,
            "credit_code": _credit_code(prefix, serial),
            "contact": next(names),
            "phone": next(numbers),
        }
        for serial, (name, short_name, kind, prefix) in enumerate(listed)
    ]


def _communities(names: Iterator[str], count: int) -> Sheet:
    with SOURCE.open(encoding="utf-8") as file:
        rows = list(islice(csv.DictReader(file), count))
    return [
        {
            "name": row["name"],
            "code": row["code"],
            "subdistrict": row["subdistrict"],
            "kind": _class_of(row),
            "liaison_leader": next(names),
        }
        for row in rows
    ]


def _class_of(row: dict) -> str:
    """By data alone: 富春街道's older numbers are the old town, its newer ones and 银湖 are new."""
    if row["subdistrict"] == DOMINANT:
        return "老城社区" if int(row["code"][-3:]) <= 30 else "新建社区"
    return "新建社区" if row["subdistrict"] == "银湖街道" else "城乡结合部社区"


def _is_organ(unit: dict) -> bool:
    return unit["kind"] in (FUNCTIONAL, "党政机关") and unit["short_name"] not in (
        words.OFFICE[1],
        words.GOVERNMENT[1],
    )


def _appoint_lead_units(random: Random, places: Sheet, units: Sheet) -> None:
    """One organ leads each community; once all organs lead one, some lead a second."""
    organs = [unit["name"] for unit in units if _is_organ(unit)]
    random.shuffle(organs)
    for place, organ in zip(places, cycle(organs)):
        place["lead_unit"] = organ


def _seats(
    random: Random, places: Sheet, units: Sheet, names: Iterator[str], numbers: Iterator[str]
) -> Sheet:
    """The lead unit's seat and 3 to 12 others, enterprises and institutions before further organs."""
    others = [
        unit["name"]
        for unit in units
        if not _is_organ(unit) and unit["kind"] in ("事业单位", "企业")
    ]
    organs = [unit["name"] for unit in units if _is_organ(unit)]
    seats = []
    for place in places:
        size = random.randint(3, 12)
        members = random.sample(others, size - size // 4)
        members += random.sample([name for name in organs if name != place["lead_unit"]], size // 4)
        for unit in [place["lead_unit"], *members]:
            role = "牵头" if unit == place["lead_unit"] else "共建"
            seat = {"community": place["name"], "unit": unit, "role": role}
            seats.append({**seat, "representative": next(names), "phone": next(numbers)})
    return seats


def _sections(random: Random, count: int, places: Sheet) -> list[tuple[dict, str]]:
    """(community, road section): as evenly as the number allows, names once in a community."""
    sections = []
    for index, place in enumerate(places):
        share = count // len(places) + (index < count % len(places))
        roads = random.sample(words.ROADS, share)
        ends = [random.sample(words.CROSSINGS, 2) for _ in roads]
        sections += [
            (place, f"{road}（{start}至{end}）")
            for road, (start, end) in zip(roads, ends, strict=True)
        ]
    return sections


def _frontages(random: Random, places: Sheet, since: date, numbers) -> Sheet:
    sections = _sections(random, round(ROAD_SECTIONS * len(places) / COMMUNITIES_IN_ALL), places)
    people = cycle(people_names(random))
    rows: Sheet = []
    for place, section in sections:
        door = random.randint(1, 60)
        for _ in range(DOORS_A_SECTION):
            door += random.choice((1, 2, 2, 4))
            rows.append(_frontage(random, place, section, door, since, len(rows) + 1))
            rows[-1] |= {"responsible_person": next(people), "phone": next(numbers)}
    return rows


def _frontage(
    random: Random, place: dict, section: str, door: int, since: date, serial: int
) -> dict:
    status = random.choices(("营业", "停业", "空置", "拆迁"), (92, 4, 3, 1))[0]
    signed_on = since - timedelta(days=random.randint(0, 300))
    return {
        "community": place["name"],
        "road_section": section,
        "door_number": f"{door}号",
        "shop_name": random.choice(words.SHOP_WORDS) + random.choice(words.SHOP_TRADES),
        "agreement_number": f"富包〔{signed_on.year}〕{serial:04}号",
        "signed_on": signed_on,
        "valid_until": signed_on + AGREEMENT_YEARS,
        "status": status,
        **_ground(serial),
    }


def _ground(serial: int) -> dict:
    """Plaque, duties, extent and an invented point near the city's middle; from the serial number, without chance."""
    metres = Decimal(serial % 9) / 2
    return {
        "plaque_number": f"FY-{serial:04}",
        "duty_set": ("门前三包", "门前三包", "门前四包")[serial % 3],
        "length_m": str(metres + 4),
        "depth_m": str(metres / 2 + 3),
        "latitude": f"{Decimal('30.040000') + Decimal(serial * 37 % 2000) / 100_000:.6f}",
        "longitude": f"{Decimal('119.940000') + Decimal(serial * 91 % 3000) / 100_000:.6f}",
        "datum": "WGS-84",
    }
