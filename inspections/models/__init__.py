from inspections.models.checklists import Checklist
from inspections.models.findings import Finding, FindingSeries, Photo
from inspections.models.frontages import Frontage, FrontageCheck
from inspections.models.rectification import (
    FalseRectification,
    FindingReminder,
    FindingRequest,
    NoticedFinding,
    SupervisionOrder,
)
from inspections.models.self_checks import SelfCheck

__all__ = [
    "Checklist",
    "FalseRectification",
    "Finding",
    "FindingReminder",
    "FindingRequest",
    "FindingSeries",
    "Frontage",
    "FrontageCheck",
    "NoticedFinding",
    "Photo",
    "SelfCheck",
    "SupervisionOrder",
]
