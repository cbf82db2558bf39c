from itertools import groupby

from django.apps import apps
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongjian.lib.listing import Button
from gongjian.office.privacy.inventory import columns
from gongjian.office.privacy.permissions import may_read_inventory
from gongjian.workflow import require

ONLY_READERS = "个人信息清单由安全管理员和审计员查看"


@require_safe
def inventory(request):
    """个人信息清单: what is held about people, class by class, and how long."""
    require(may_read_inventory(request.user), ONLY_READERS)
    rows = sorted(columns(apps.get_model), key=lambda column: column.holding.label)
    classes = []
    for holding, columns_held in groupby(rows, key=lambda column: column.holding):
        classes.append((holding, list(columns_held)))
    buttons = [Button("保存期限", reverse("security:retention"))]
    context = {
        "title": "个人信息清单",
        "section": "security",
        "count_text": f"{len(rows)} 列",
        "classes": classes,
        "buttons": buttons,
    }
    return render(request, "security/personal_data.html", context)
