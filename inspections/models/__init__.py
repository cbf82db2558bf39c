from inspections.models.checklists import Checklist, ExamplePhoto
from inspections.models.findings import Finding, FindingSeries, Photo
from inspections.models.frontages import Frontage, FrontageCheck
from inspections.models.self_checks import SelfCheck

__all__ = ["Checklist", "ExamplePhoto", "Finding", "FindingSeries", "Frontage", "FrontageCheck", "Photo", "SelfCheck"]
