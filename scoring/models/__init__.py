from scoring.models.adjustments import Adjustment
from scoring.models.appeals import Appeal, Evidence
from scoring.models.bulletins import Bulletin, Nomination
from scoring.models.commendations import Commendation, CommendationPlan, Objection
from scoring.models.corrections import CorrectedScore, CorrectedUnitScore, Correction
from scoring.models.public_notice import QuarterList
from scoring.models.readings import Absence, Reading
from scoring.models.result_sheets import ResultSheet
from scoring.models.rounds import Draw, Round, Rubric, Sheet
from scoring.models.scores import Score, UnitScore
from scoring.models.sheets import SheetInquiry, SheetSubmission

__all__ = [
    "Absence",
    "Adjustment",
    "Appeal",
    "Bulletin",
    "Commendation",
    "CommendationPlan",
    "CorrectedScore",
    "CorrectedUnitScore",
    "Correction",
    "Draw",
    "Evidence",
    "Nomination",
    "Objection",
    "QuarterList",
    "Reading",
    "ResultSheet",
    "Round",
    "Rubric",
    "Score",
    "Sheet",
    "SheetInquiry",
    "SheetSubmission",
    "UnitScore",
]
