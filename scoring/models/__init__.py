from scoring.models.adjustments import Adjustment
from scoring.models.appeals import Appeal
from scoring.models.bulletins import Bulletin, Nomination
from scoring.models.rounds import Draw, Round, Rubric, Sheet
from scoring.models.scores import Score, UnitScore
from scoring.models.sheets import SheetInquiry, SheetSubmission

__all__ = [
    "Adjustment",
    "Appeal",
    "Bulletin",
    "Draw",
    "Nomination",
    "Round",
    "Rubric",
    "Score",
    "Sheet",
    "SheetInquiry",
    "SheetSubmission",
    "UnitScore",
]
