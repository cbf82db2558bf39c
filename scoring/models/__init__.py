from scoring.models.adjustments import Adjustment
from scoring.models.appeals import Appeal, Evidence
from scoring.models.bulletins import Bulletin, Nomination
from scoring.models.corrections import CorrectedScore, Correction
from scoring.models.rounds import Draw, Round, Rubric, Sheet
from scoring.models.scores import Score, UnitScore

__all__ = [
    "Adjustment",
    "Appeal",
    "Bulletin",
    "CorrectedScore",
    "Correction",
    "Draw",
    "Evidence",
    "Nomination",
    "Round",
    "Rubric",
    "Score",
    "Sheet",
    "UnitScore",
]
