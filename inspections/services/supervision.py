"""督办: the office orders a unit to see a finding through."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib.templatetags.office import moment
from gongjian.workflow import WrongState, require
from inspections.models import Finding, SupervisionOrder
from inspections.models.findings import FindingStatus
from inspections.permissions import may_supervise_finding
from inspections.services.deadlines import end_of
from inspections.services.messages import tell
from inspections.services.recipients import keepers_of, officers_of


def supervise_finding(
    finding: Finding, *, unit, reason: str, due_on: date, by, at: datetime
) -> SupervisionOrder:
    """Order `unit` to see to it until the end of a day; from now on the office alone closes it out.

    The finding's own limit stays: an order does not make it late any less. Raises ValidationError for a day that is
    past and WrongState once it is closed out.
    """
    require(may_supervise_finding(by, finding), "只有共建办可以督办")
    if due_on < timezone.localdate(at):
        raise ValidationError({"due_on": "督办时限不能早于今天"})
    on = timezone.localdate(at)
    with transaction.atomic():
        held = Finding.objects.select_for_update().get(pk=finding.pk)
        if held.status == FindingStatus.CLOSED_OUT:
            raise WrongState("问题已销号，不能督办；整改不实的，请认定虚假整改")
        given = {
            "unit": unit,
            "reason": reason,
            "due_at": end_of(due_on),
            "ordered_by": by,
            "ordered_at": at,
        }
        order = SupervisionOrder.objects.create(finding=finding, **given)
        Finding.objects.filter(pk=finding.pk).update(supervised_at=at)
        remark = f"由{unit}于{moment(order.due_at, 'full')}前办结：{reason}"
        record(finding, "inspections.finding.supervise", by=by, at=at, remark=remark)
        told = officers_of([unit.pk], on)[unit.pk] + keepers_of(finding.community, on)
        tell(told, finding, "supervise", "督办", at=at)
    finding.supervised_at = at
    return order
