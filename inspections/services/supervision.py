"""The office orders a unit to see a finding through (督办)."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.templatetags.office import moment
from gongjian.workflow import WrongState, require
from inspections.models import Finding, SupervisionOrder
from inspections.models.findings import FindingStatus
from inspections.permissions import may_supervise_finding
from inspections.services.deadlines import end_of
from inspections.services.messages import notify_about
from inspections.services.recipients import keepers_of, officers_of
from units.models import Unit


def supervise_finding(
    finding: Finding, *, unit: Unit, reason: str, due_on: date, by: User, at: datetime
) -> SupervisionOrder:
    """Order `unit` to see to it until the end of a day; from now on the office closes it out.

    The finding's own deadline stays: an order does not make it late any less. Raises
    ValidationError for a day that is past and WrongState once it is closed out.
    """
    require(may_supervise_finding(by, finding), "只有共建办可以督办")
    today = timezone.localdate(at)
    if due_on < today:
        raise ValidationError({"due_on": "督办时限不能早于今天"})
    order = SupervisionOrder(finding=finding, unit=unit, reason=reason, due_at=end_of(due_on))
    order.ordered_by = by
    order.ordered_at = at
    with transaction.atomic():
        rows = Finding.objects.filter(pk=finding.pk)
        locked_row = rows.select_for_update().get()
        if locked_row.status == FindingStatus.CLOSED_OUT:
            raise WrongState("问题已销号，不能督办；整改不实的，请认定虚假整改")
        order.save(force_insert=True)
        rows.update(supervised_at=at)
        remark = f"由{unit}于{moment(order.due_at, 'full')}前办结：{reason}"
        record(finding, "inspections.finding.supervise", by=by, at=at, remark=remark)
        officers = officers_of([unit.pk], today)
        people = officers[unit.pk] + keepers_of(finding.community, today)
        notify_about(people, finding, "supervise", "督办", at=at)
    finding.supervised_at = at
    return order
