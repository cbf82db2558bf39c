"""By which list the sheets of a round are filled in: the rubric's own, or the round's checklist."""

from gongjian.lib.checklists import Checklist, load_checklist
from scoring.models import Round
from scoring.rules.rubrics.parts import UnusualRules
from scoring.rules.sheets.lists import SheetList, sheet_list


def own_list_of(round: Round) -> SheetList | None:
    """The rubric's own list; None where the sheets follow the round's checklist. Otherwise reads the rubric."""
    if not round.follows_rubric:
        return None
    return sheet_list(
        round.rubric.rules.assessment,
        round.span.months,
        version=round.rubric.version,
    )


def checklist_of(round: Round) -> Checklist:
    """The items of the round's sheets with what each may cost. Reads the rubric or the checklist.

    What was found in the quarter stands under `round.checklist`, whatever the sheets follow.
    """
    own = own_list_of(round)
    if own is None:
        return load_checklist(round.checklist.content)
    return own.checklist


def unusual_by(round: Round) -> UnusualRules:
    """Which marks stand out in this round. Reads the rubric."""
    return round.rubric.rules.assessment.unusual
