"""Random cities under random rubrics: a quarter each, with what their figures rest on, loaded by
the thousand.
"""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

from communities.models import Community
from gongjian.lib.quarters import Quarter
from inspections.models import FalseRectification, Finding, SelfCheck
from inspections.models.findings import FindingSource
from scoring.models import Adjustment, Round, Rubric, Sheet
from scoring.rules.scores.components import Bonus, Rectification
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.rules.scores.quarters import CommunityInputs
from tests.cast import make_community
from tests.scoring.factories import make_assessors, make_checklist

PASSES = ("day", "off_peak", "night")
WEIGHTS = (
    ("0.85", "0.10", "0.05"),
    ("0.333", "0.334", "0.333"),
    ("1", None, None),
    ("0.5", "0.5", None),
)
WEIGHTS += (("0.95", None, "0.05"), (None, "0.25", "0.75"), ("0.001", "0.99", "0.009"))
PASS_WEIGHTS = (
    ("0.6", "0.3", "0.1"),
    ("0.5", "0.5"),
    ("1",),
    ("0.333", "0.667"),
    ("0.01", "0.98", "0.01"),
)
MONTH_POINTS = (("100", "60", "0"), ("100", "66.67", "33.335"), ("99.995", "1", "0.005"))
TOTALS = (("0", "100"), ("60.005", "99.995"), ("0", "1000"))
GRADES = (("90", "80", "60", "0"), ("89.995", "70.001", "0"), ("0",))
BONUS_RULES = [
    {"code": "model", "name": "示范", "points_each": "0.335", "cap": "1.005", "clause": "细则"}
]
BLAME = [{"code": "pipes", "name": "管道", "department_share": "0.3"}]
POINTS = ("0", "0.01", "59.99", "60", "79.995", "89.99", "90", "99.99", "100")


def random_rubric(luck: Random) -> dict:
    """A rubric that SQL carries; its numbers lie where rounding hurts."""
    grades = [
        {"name": f"第{n}等", "from_points": floor} for n, floor in enumerate(luck.choice(GRADES), 1)
    ]
    veto = {
        "code": "fraud",
        "name": "弄虚作假",
        "highest_grade": luck.choice(grades)["name"],
        "clause": "细则",
    }
    lowest, highest = luck.choice(TOTALS)
    return {
        "name": "细则",
        "version": f"{luck.random():.12f}",
        "components": _components(luck),
        "bonus": luck.choice(
            [
                None,
                {"cap": "5", "clause": "细则"},
                {"cap": "1.505", "clause": "细则", "rules": BONUS_RULES},
            ]
        ),
        "shared_blame": BLAME,
        "maluses": [
            _malus("false_rectification", "2", "3"),
            {**_malus("leak", "0.125", "0.35"), "shared_by": "pipes"},
        ],
        "vetoes": [veto, {**veto, "code": "incident", "highest_grade": grades[-1]["name"]}],
        "total": {"lowest_points": lowest, "highest_points": highest},
        "grades": grades,
        "ranking": {"style": luck.choice(["competition", "dense"]), "tie_breakers": []},
        "member_unit": None,
        "honours": None,
        **luck.choice(
            [
                {},
                {
                    "classes": [
                        {"name": name} for name in ("老城社区", "新建社区", "城乡结合部社区")
                    ]
                },
            ]
        ),
    }


def _malus(code: str, each: str, cap: str) -> dict:
    return {"code": code, "name": code, "points_each": each, "cap": cap, "clause": "细则"}


def _components(luck: Random) -> dict:
    names = ("assessment", "self_check", "rectification")
    shares = dict(zip(names, luck.choice(WEIGHTS), strict=True))
    months = zip(
        ("on_time_points", "late_points", "missing_points"), luck.choice(MONTH_POINTS), strict=True
    )
    passes = zip(PASSES, luck.choice(PASS_WEIGHTS), strict=False)
    own = {
        "assessment": {
            "trim_from_sheets": luck.choice([None, 3, 4, 5]),
            "passes": [{"code": code, "name": code, "weight": weight} for code, weight in passes],
        },
        "self_check": dict(months),
        "rectification": {"nothing_due_points": luck.choice(["100", "87.505"])},
    }
    return {
        name: {"name": name, "clause": "细则", "weight": weight, **own[name]}
        for name, weight in shares.items()
        if weight
    }


class Founder:
    """Makes cities and keeps their rows until `load` writes them all at once."""

    def __init__(self, cast, luck: Random) -> None:
        self.cast, self.luck = cast, luck
        made = (cast.community, cast.other_community, cast.third_community)
        self.communities = [*made, make_community("新民社区", "330111001199", lead=cast.lead_unit)]
        for community, kind in zip(
            self.communities, ("old_town", "new_town", "old_town", "mixed"), strict=True
        ):
            Community.objects.filter(pk=community.pk).update(kind=kind)
            community.kind = kind
        self.assessors = make_assessors(7)
        self.checklist = make_checklist()
        self.rows: dict[type, list] = {
            model: [] for model in (Sheet, SelfCheck, Finding, FalseRectification, Adjustment)
        }

    def rubrics(self, count: int) -> list[Rubric]:
        made = [random_rubric(self.luck) for _ in range(count)]
        given = {"title": "细则", "created_at": self.cast.now}
        rows = [
            Rubric(version=f"r{number}", content=content, **given)
            for number, content in enumerate(made)
        ]
        stored = Rubric.objects.bulk_create(rows)
        self.contents = {rubric.pk: rubric.content for rubric in stored}
        return stored

    def rounds(self, rubrics: list[int], count: int) -> list[Round]:
        """One for each quarter from 2000 on."""
        quarters = [str(Quarter(2000 + number // 4, number % 4 + 1)) for number in range(count)]
        given = {
            "checklist": self.checklist,
            "created_by": self.cast.office_staff,
            "created_at": self.cast.now,
        }
        given |= {
            "status": "assessing",
            "starts_on": self.cast.today,
            "ends_on": self.cast.today,
            "seed": "0",
        }
        return Round.objects.bulk_create(
            Round(quarter=quarter, rubric_id=rubrics[number % len(rubrics)], **given)
            for number, quarter in enumerate(quarters)
        )

    def record(self, round: Round) -> dict[str, CommunityInputs]:
        """A quarter of all the communities, by code: what the rules are given for it."""
        content = self.contents[round.rubric_id]
        return {
            community.code: self._community(round, content, community)
            for community in self.communities
        }

    def _community(self, round: Round, content: dict, community: Community) -> CommunityInputs:
        return CommunityInputs(
            code=community.code,
            name=community.name,
            class_name=community.get_kind_display(),
            passes=self._passes(round, content, community),
            self_checks=self._months(round, community),
            rectification=self._findings(round, community),
            **self._cases(round, content, community),
        )

    def _points(self) -> Decimal:
        if self.luck.random() < 0.2:
            return Decimal(self.luck.choice(POINTS)).quantize(Decimal("0.01"))
        return Decimal(self.luck.randint(6000, 10000)).scaleb(-2)

    def _passes(self, round: Round, content: dict, community: Community) -> dict:
        codes = [
            rule["code"] for rule in content["components"].get("assessment", {}).get("passes", ())
        ]
        held = self.luck.sample(codes, self.luck.randint(1, len(codes))) if codes else []
        points = {
            code: [self._points() for _ in range(self.luck.choice([1, 2, 2, 3, 4, 5, 7]))]
            for code in held
        }
        for code, sheets in points.items():
            for assessor, total in zip(self.assessors, sheets, strict=False):
                given = {
                    "round": round,
                    "community": community,
                    "assessor": assessor,
                    "on_pass": code,
                }
                self.rows[Sheet].append(Sheet(status="locked", total_points=total, **given))
        return {code: pass_totals(sheets) for code, sheets in points.items()}

    def _months(self, round: Round, community: Community) -> dict[str, str]:
        states = {
            month: self.luck.choice(["on_time", "on_time", "late", "missing"])
            for month in round.span.months
        }
        for month, state in states.items():
            if state != "missing" or self.luck.random() < 0.2:
                status = (
                    "returned"
                    if state == "missing"
                    else self.luck.choice(["submitted", "accepted"])
                )
                given = {
                    "checklist": self.checklist,
                    "due_on": self.cast.today,
                    "updated_at": self.cast.now,
                }
                given |= {
                    "started_by": self.cast.office_staff,
                    "total_points": self._points(),
                    "status": status,
                }
                check = SelfCheck(
                    community=community, month=month, is_late=state == "late", **given
                )
                self.rows[SelfCheck].append(check)
        return states

    def _findings(self, round: Round, community: Community) -> Rectification:
        due = self.luck.choice([0, 0, 1, 2, 3, 7])
        closed = self.luck.randint(0, due)
        for number in range(due):
            self.rows[Finding].append(self._finding(round, community, number < closed))
        return Rectification(due, closed)

    def _finding(self, round: Round, community: Community, is_closed: bool) -> Finding:
        moment = round.span.span()[0] + timedelta(days=self.luck.randint(0, 80))
        late = not is_closed and self.luck.random() < 0.5
        done = {"status": "closed_out", "rectified_at": moment + timedelta(days=1 if late else 0)}
        done |= {"rectified_by": self.cast.lead_officer, "verified_by": self.cast.office_staff}
        return Finding(
            number=f"{len(self.rows[Finding])}",
            community=community,
            source=self.luck.choice(FindingSource.values),
            found_by=self.cast.office_staff,
            found_at=moment,
            due_at=moment,
            **(done if is_closed or late else {}),
        )

    def _cases(self, round: Round, content: dict, community: Community) -> dict:
        counted = {"bonus": Counter(), "malus": Counter(), "veto": Counter()}
        known = {
            "bonus": [rule["code"] for rule in (content["bonus"] or {}).get("rules", ())],
            "malus": [rule["code"] for rule in content["maluses"]],
            "veto": [rule["code"] for rule in content["vetoes"]],
        }
        bonuses = []
        for kind in self.luck.choices(
            ["bonus", "malus", "veto", "own"], k=self.luck.choice([0, 0, 0, 1, 2, 5])
        ):
            if kind == "own":
                bonuses.append(Bonus("获评先进", Decimal(self.luck.randint(1, 300)).scaleb(-2)))
                self._record(
                    round, community, "bonus", "", points=bonuses[-1].points, reason="获评先进"
                )
            elif known[kind]:
                code = self.luck.choice(known[kind])
                counted[kind][code] += 1
                self._record(round, community, kind, code)
        counted["malus"].update(self._false_rectifications(round, community))
        names = {"bonus_cases": dict(counted["bonus"]), "maluses": dict(counted["malus"])}
        return {**names, "bonuses": tuple(bonuses), "vetoes": tuple(sorted(counted["veto"]))}

    def _record(self, round: Round, community: Community, kind: str, code: str, **given) -> None:
        by = {"recorded_by": self.cast.office_staff, "recorded_at": self.cast.now}
        case = {
            "round": round,
            "community": community,
            "kind": kind,
            "rule_code": code,
            **by,
            **given,
        }
        self.rows[Adjustment].append(Adjustment(**case))
        if self.luck.random() < 0.2:
            taken_back = {
                "withdrawal": "登记错误",
                "withdrawn_by": self.cast.office_staff,
                "withdrawn_at": self.cast.now,
            }
            self.rows[Adjustment].append(Adjustment(**case, **taken_back))

    def _false_rectifications(self, round: Round, community: Community) -> dict[str, int]:
        own = [
            one
            for one in self.rows[Finding][-7:]
            if one.community == community and one.due_at >= round.span.span()[0]
        ]
        own = [one for one in own if one.due_at < round.span.span()[1] and self.luck.random() < 0.1]
        by = {"rectified_by": self.cast.lead_officer, "marked_by": self.cast.office_staff}
        self.rows[FalseRectification] += [
            FalseRectification(finding=one, rectified_at=one.due_at, marked_at=one.due_at, **by)
            for one in own
        ]
        return {"false_rectification": len(own)} if own else {}

    def load(self) -> None:
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows, batch_size=2000)
