from scoring.models.adjustments import Adjustment
from scoring.models.appeals import Appeal
from scoring.models.bulletins import Bulletin, Nomination
from scoring.models.readings import Absence, Reading
from scoring.models.rounds import Draw, Round, Rubric, Sheet
from scoring.models.scores import Score, UnitScore

__all__ = [
    "Absence",
    "Adjustment",
    "Appeal",
    "Bulletin",
    "Draw",
    "Nomination",
    "Reading",
    "Round",
    "Rubric",
    "Score",
    "Sheet",
    "UnitScore",
]
