from django.db import migrations

from gongjian.lib.triggers import RefuseRows


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial")]

    operations = [
        RefuseRows(
            "funds_contribution_stays",
            table="funds_contribution",
            events=["DELETE"],
            message="到账只能冲正，不能删除",
        ),
        RefuseRows(
            "funds_expense_stays",
            table="funds_expense",
            events=["DELETE"],
            message="支出不能删除",
        ),
        RefuseRows(
            "funds_disclosure_stays",
            table="funds_disclosure",
            events=["DELETE"],
            message="公示不能删除",
        ),
    ]
