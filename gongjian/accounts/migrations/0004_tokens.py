import django.db.models.deletion
import django.db.models.lookups
import gongjian.lib.expressions
from django.db import migrations, models


READING = [f"{name}:read" for name in ("communities", "units", "scores", "findings", "frontages", "documents")]


def keep_reading(apps, schema_editor):
    """Tokens made before there were scopes could read everything, and go on reading it."""
    apps.get_model("accounts", "ApiToken").objects.update(scopes=READING)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_staffing'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('key', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('tokens', models.FloatField(verbose_name='余量')),
                ('counted_seconds', models.FloatField(db_index=True, verbose_name='计数时刻（Unix 秒）')),
            ],
            options={
                'verbose_name': '限速余量',
                'verbose_name_plural': '限速余量',
            },
        ),
        migrations.AddField(
            model_name='apitoken',
            name='last_used_from',
            field=models.GenericIPAddressField(null=True, verbose_name='最近使用地址'),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='networks',
            field=models.JSONField(blank=True, default=list, verbose_name='允许的网段'),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='replaces',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='accounts.apitoken', verbose_name='接替'),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='scopes',
            field=models.JSONField(default=list, verbose_name='权限'),
        ),
        migrations.RunPython(keep_reading, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='apitoken',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['expires_at'], name='tokens_in_use'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(gongjian.lib.expressions.SecondsBetween('created_at', 'expires_at'), 31536000), name='token_lives_a_year_at_most', violation_error_message='令牌最长 365 天'),
        ),
    ]
