from inspections.models.checklists import Checklist, ExamplePhoto
from inspections.models.duty_sets import DutySet
from inspections.models.findings import Finding, FindingSeries, Photo
from inspections.models.frontages import DutyAgreement, Frontage, FrontageCheck
from inspections.models.honours import ListEntry
from inspections.models.queue import Received, Submission
from inspections.models.rectification import (
    FalseRectification,
    FindingReminder,
    FindingRequest,
    NoticedFinding,
    SupervisionOrder,
)
from inspections.models.reports import ResidentReport
from inspections.models.self_check_versions import SelfCheckVersion
from inspections.models.self_checks import SelfCheck
from inspections.models.stars import FrontageStanding

__all__ = [
    "Checklist",
    "DutyAgreement",
    "DutySet",
    "ExamplePhoto",
    "FalseRectification",
    "Finding",
    "FindingReminder",
    "FindingRequest",
    "FindingSeries",
    "Frontage",
    "FrontageCheck",
    "FrontageStanding",
    "ListEntry",
    "NoticedFinding",
    "Photo",
    "Received",
    "ResidentReport",
    "SelfCheck",
    "SelfCheckVersion",
    "Submission",
    "SupervisionOrder",
]
