"""The checklist (四清、四无、五落实) as data, and the arithmetic of one filled-in sheet.

Inspections fill it in as a self-check, scoring as an assessor's sheet: the same items, deductions
and total.
"""

from .items import (
    EXAMPLES,
    FIXED,
    FULL,
    INSTANCE,
    KINDS,
    POLICIES,
    RANGE,
    RECORDS,
    RENORMALISE,
    SHARE,
    ZERO,
    Checklist,
    ChecklistItem,
    ChecklistSection,
    TimeLimit,
)
from .marking import (
    ItemScore,
    MarkError,
    Marks,
    WrongMarks,
    check_marks,
    deducted_by,
    deduction_for,
    item_scores,
    marks_changed,
    sheet_points,
)
from .reading import LONGEST_CODE, load_checklist

__all__ = [
    "EXAMPLES",
    "FIXED",
    "FULL",
    "INSTANCE",
    "KINDS",
    "LONGEST_CODE",
    "POLICIES",
    "RANGE",
    "RECORDS",
    "RENORMALISE",
    "SHARE",
    "ZERO",
    "Checklist",
    "ChecklistItem",
    "ChecklistSection",
    "ItemScore",
    "MarkError",
    "Marks",
    "TimeLimit",
    "WrongMarks",
    "check_marks",
    "deducted_by",
    "deduction_for",
    "item_scores",
    "load_checklist",
    "marks_changed",
    "sheet_points",
]
