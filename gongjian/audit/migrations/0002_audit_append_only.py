from django.db import migrations, models

from gongjian.lib.triggers import RefuseRows, RefuseTruncate

FOR_EVER = "操作记录只增不改，不得删除"


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='address',
            field=models.GenericIPAddressField(null=True, verbose_name='来源地址'),
        ),
        migrations.AddField(
            model_name='entry',
            name='digest',
            field=models.CharField(default='sha256', max_length=10, verbose_name='摘要算法'),
        ),
        migrations.AddField(
            model_name='entry',
            name='request_id',
            field=models.CharField(default='', max_length=32, verbose_name='请求编号'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='at',
            field=models.DateTimeField(db_index=True, verbose_name='时间'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='hash',
            field=models.CharField(max_length=64, unique=True, verbose_name='摘要'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='previous_hash',
            field=models.CharField(max_length=64, verbose_name='前一条摘要'),
        ),
        RefuseRows("audit_entry_for_ever", table="audit_entry", events=["UPDATE", "DELETE"], message=FOR_EVER),
        # Without this, SQLite's INSERT OR REPLACE would take a row away without firing a DELETE trigger.
        RefuseRows(
            "audit_entry_unreplaced",
            table="audit_entry",
            events=["INSERT"],
            message=FOR_EVER,
            condition="EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id OR hash = NEW.hash)",
        ),
        RefuseTruncate("audit_entry_untruncated", table="audit_entry", message=FOR_EVER),
    ]
