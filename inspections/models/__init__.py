from inspections.models.checklists import Checklist
from inspections.models.findings import Finding, FindingSeries, Photo
from inspections.models.frontages import Frontage, FrontageCheck
from inspections.models.queue import Submission
from inspections.models.self_checks import SelfCheck

__all__ = ["Checklist", "Finding", "FindingSeries", "Frontage", "FrontageCheck", "Photo", "SelfCheck", "Submission"]
