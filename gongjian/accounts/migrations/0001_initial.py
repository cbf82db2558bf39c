import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

import gongjian.lib.expressions
import gongjian.lib.sealing
from gongjian.lib.triggers import RefuseRows

ADMINISTRATORS = "('system_admin', 'security_admin', 'auditor')"
# 三员分立: nobody holds one of the three administrators on the same day as any other role.
HOLDS_ANOTHER_ROLE_THAT_DAY = f"""EXISTS (
    SELECT 1 FROM accounts_appointment AS held
    WHERE held.user_id = NEW.user_id AND held.id <> COALESCE(NEW.id, -1) AND held.role <> NEW.role
      AND (held.role IN {ADMINISTRATORS} OR NEW.role IN {ADMINISTRATORS})
      AND (held.ends_on IS NULL OR held.ends_on > NEW.starts_on)
      AND (NEW.ends_on IS NULL OR NEW.ends_on > held.starts_on)
)"""  # noqa: S608  the names are our own


def make_cache_table(apps, schema_editor):
    """Make the table of the cache in which every process counts failed second factors."""
    call_command(
        "createcachetable", "gongjian_cache", database=schema_editor.connection.alias, verbosity=0
    )


def drop_cache_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS gongjian_cache")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("username", models.CharField(max_length=40, unique=True, verbose_name="账号")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                (
                    "phone",
                    gongjian.lib.sealing.SealedTextField(
                        blank=True, max_length=30, verbose_name="联系电话"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "must_change_password",
                    models.BooleanField(default=False, verbose_name="首次登录须改密"),
                ),
                (
                    "one_time_given_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="一次性密码给出时间"),
                ),
                (
                    "one_time_used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="一次性密码使用时间"),
                ),
                (
                    "password_set_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="本人设密时间"),
                ),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
            },
        ),
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("tokens", models.FloatField(verbose_name="余量")),
                (
                    "counted_seconds",
                    models.FloatField(db_index=True, verbose_name="计数时刻（Unix 秒）"),
                ),
            ],
            options={
                "verbose_name": "限速余量",
                "verbose_name_plural": "限速余量",
            },
        ),
        migrations.CreateModel(
            name="UsedPassword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.CharField(max_length=128)),
                ("set_at", models.DateTimeField(verbose_name="设密时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="used_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "用过的密码",
                "verbose_name_plural": "用过的密码",
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("key", models.CharField(max_length=16, unique=True)),
                ("secret_hash", models.CharField(max_length=64)),
                ("scopes", models.JSONField(default=list, verbose_name="权限")),
                ("networks", models.JSONField(blank=True, default=list, verbose_name="允许的网段")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("expires_at", models.DateTimeField(verbose_name="到期时间")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="最近使用")),
                (
                    "last_used_from",
                    models.GenericIPAddressField(null=True, verbose_name="最近使用地址"),
                ),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="accounts.apitoken",
                        verbose_name="接替",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="接口用户",
                    ),
                ),
            ],
            options={
                "verbose_name": "接口令牌",
                "verbose_name_plural": "接口令牌",
                "indexes": [
                    models.Index(
                        condition=models.Q(("revoked_at", None)),
                        fields=["expires_at"],
                        name="tokens_in_use",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            gongjian.lib.expressions.SecondsBetween("created_at", "expires_at"),
                            31536000,
                        ),
                        name="token_lives_a_year_at_most",
                        violation_error_message="令牌最长 365 天",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("office_staff", "共建办工作人员"),
                            ("office_director", "共建办主任"),
                            ("approver", "审批领导"),
                            ("assessor", "考评员"),
                            ("department_officer", "职能部门经办人"),
                            ("lead_officer", "牵头单位经办人"),
                            ("member_liaison", "共建单位联络员"),
                            ("community_worker", "社区工作者"),
                            ("liaison_leader", "联系领导"),
                            ("auditor", "审计员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("api_client", "接口用户"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("starts_on", models.DateField(verbose_name="任职日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="离任日期")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "indexes": [
                    models.Index(fields=["user", "role"], name="accounts_ap_user_id_5266f7_idx"),
                    models.Index(fields=["role"], name="accounts_ap_role_aa90e1_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="appointment_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "office_staff",
                                    "office_director",
                                    "approver",
                                    "assessor",
                                    "department_officer",
                                    "lead_officer",
                                    "member_liaison",
                                    "community_worker",
                                    "liaison_leader",
                                    "auditor",
                                    "system_admin",
                                    "security_admin",
                                    "api_client",
                                ],
                            )
                        ),
                        name="appointment_role_known",
                    ),
                ],
            },
        ),
        RefuseRows(
            "three_administrators_apart",
            table="accounts_appointment",
            events=["INSERT", "UPDATE"],
            message="三员分立：系统管理员、安全管理员、审计员同一天不能再任其他角色",
            condition=HOLDS_ANOTHER_ROLE_THAT_DAY,
        ),
        migrations.RunPython(make_cache_table, drop_cache_table),
    ]
