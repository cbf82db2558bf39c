"""By which list the sheets of a round are filled in: the rubric's own, or the round's checklist."""

from gongjian.lib.checklists import Checklist, load_checklist
from scoring.models import Round
from scoring.rules.rubrics.parts import UnusualRules
from scoring.rules.sheets.lists import SheetList, sheet_list


def own_list_of(round: Round) -> SheetList | None:
    """Return the rubric's own list; None where the sheets follow the round's checklist."""
    if not round.follows_rubric:
        return None
    rubric = round.rubric
    return sheet_list(rubric.rules.assessment, round.span.months, version=rubric.version)


def rubric_list_of(round: Round) -> SheetList:
    """Return the rubric's own list of a round whose sheets follow it."""
    own_list = own_list_of(round)
    assert own_list is not None
    return own_list


def checklist_of(round: Round) -> Checklist:
    """Return the items of the round's sheets with what each may cost.

    What was found in the quarter stands under `round.checklist`, whatever the sheets follow.
    """
    own_list = own_list_of(round)
    if own_list is None:
        return load_checklist(round.checklist.content)
    return own_list.checklist


def unusual_by(round: Round) -> UnusualRules:
    """Return which marks stand out in this round."""
    return round.rubric.rules.assessment.unusual
