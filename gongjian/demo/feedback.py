"""反馈单 of the last published quarter: asked for at the end, made by the site's workers later."""

from datetime import datetime

from gongjian.demo.staff import acting, read_staff
from gongjian.lib.quarters import Quarter
from scoring.models import Round
from scoring.services.bulletins.result_sheets import ask_for_result_sheets


def ask_for_feedback(quarter: Quarter, *, at: datetime) -> None:
    """Ask for the feedback sheets of all communities, and wait for none.

    The batches stay on the ledger: the sweeper hands them out once the site runs. Those of the
    units are left to the visitor, as they would keep two cores busy for a minute.
    """
    clerk = acting(read_staff().clerk(0), at)
    for round in Round.objects.published().filter(quarter=str(quarter)):
        ask_for_result_sheets(round, "community", by=clerk, at=at)
