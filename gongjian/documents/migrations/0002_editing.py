from django.db import migrations

from gongjian.lib.triggers import RefuseRows


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        RefuseRows(
            "documents_numbered_stays",
            table="documents_officialdocument",
            events=["DELETE"],
            condition="OLD.serial IS NOT NULL",
            message="已编号的公文只能撤销，不能删除",
        ),
    ]
