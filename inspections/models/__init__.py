from inspections.models.checklists import (
    Checklist,
    ExamplePhoto,
)
from inspections.models.duty_sets import (
    DutySet,
)
from inspections.models.findings import Finding, FindingSeries, Photo
from inspections.models.frontages import DutyAgreement, Frontage, FrontageCheck
from inspections.models.self_checks import SelfCheck

__all__ = [
    "Checklist",
    "DutyAgreement",
    "DutySet",
    "ExamplePhoto",
    "Finding",
    "FindingSeries",
    "Frontage",
    "FrontageCheck",
    "Photo",
    "SelfCheck",
]
