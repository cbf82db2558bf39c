from inspections.models.checklists import Checklist, ExamplePhoto
from inspections.models.duty_sets import DutySet
from inspections.models.findings import Finding, FindingSeries, Photo
from inspections.models.frontages import DutyAgreement, Frontage, FrontageCheck
from inspections.models.honours import ListEntry
from inspections.models.reports import ResidentReport
from inspections.models.self_check_versions import SelfCheckVersion
from inspections.models.self_checks import SelfCheck
from inspections.models.stars import FrontageStanding

__all__ = [
    "Checklist",
    "DutyAgreement",
    "DutySet",
    "ExamplePhoto",
    "Finding",
    "FindingSeries",
    "Frontage",
    "FrontageCheck",
    "FrontageStanding",
    "ListEntry",
    "Photo",
    "ResidentReport",
    "SelfCheck",
    "SelfCheckVersion",
]
