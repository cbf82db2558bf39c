import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongjian.lib.quarters
import gongjian.lib.sealing


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("documents", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Community",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="社区代码")),
                ("name", models.CharField(max_length=40, verbose_name="社区名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("old_town", "老城社区"),
                            ("new_town", "新建社区"),
                            ("mixed", "城乡结合部社区"),
                        ],
                        default="mixed",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="在册")),
            ],
            options={
                "verbose_name": "社区",
                "verbose_name_plural": "社区",
            },
        ),
        migrations.CreateModel(
            name="Subdistrict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=9, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="街道")),
            ],
            options={
                "verbose_name": "街道",
                "verbose_name_plural": "街道",
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "待签收"),
                            ("acknowledged", "办理中"),
                            ("completed", "已完成"),
                        ],
                        default="issued",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "acknowledged_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="签收时间"),
                ),
                (
                    "completed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="完成时间"),
                ),
                ("summary", models.TextField(blank=True, verbose_name="完成情况")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签收人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "季度任务",
                "verbose_name_plural": "季度任务",
            },
        ),
        migrations.CreateModel(
            name="Boundary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("shape", models.JSONField(verbose_name="边界")),
                (
                    "datum",
                    models.CharField(
                        choices=[("wgs84", "WGS-84"), ("gcj02", "GCJ-02")],
                        default="wgs84",
                        max_length=5,
                        verbose_name="坐标系",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="来源")),
                (
                    "community",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boundary",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "社区边界",
                "verbose_name_plural": "社区边界",
            },
        ),
        migrations.CreateModel(
            name="CommunityPosting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="community_posting",
                        to="accounts.appointment",
                        verbose_name="任职",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "社区任职",
                "verbose_name_plural": "社区任职",
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("head_name", models.CharField(blank=True, max_length=40, verbose_name="组长")),
                (
                    "liaison_leader_name",
                    models.CharField(blank=True, max_length=40, verbose_name="联系领导"),
                ),
                (
                    "community",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "lead_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_groups",
                        to="units.unit",
                        verbose_name="牵头单位",
                    ),
                ),
                (
                    "liaison_leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="联系领导账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "共建领导小组",
                "verbose_name_plural": "共建领导小组",
            },
        ),
        migrations.CreateModel(
            name="LabourDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="日期")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("work", models.CharField(max_length=200, verbose_name="劳动内容")),
                ("outcome", models.TextField(blank=True, verbose_name="劳动成效")),
                (
                    "status",
                    models.CharField(
                        choices=[("called", "已通知"), ("held", "已开展")],
                        default="called",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("called_at", models.DateTimeField(verbose_name="通知时间")),
                (
                    "reported_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="报告时间"),
                ),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="组织人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labour_days",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "劳动日",
                "verbose_name_plural": "劳动日",
            },
        ),
        migrations.CreateModel(
            name="LabourAttendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("headcount", models.PositiveSmallIntegerField(default=0, verbose_name="人数")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "labour_day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="communities.labourday",
                        verbose_name="劳动日",
                    ),
                ),
            ],
            options={
                "verbose_name": "参加情况",
                "verbose_name_plural": "参加情况",
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="时间")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("agenda", models.TextField(blank=True, verbose_name="议题")),
                ("chair", models.CharField(blank=True, max_length=40, verbose_name="主持人")),
                ("minutes", models.TextField(blank=True, verbose_name="纪要")),
                (
                    "status",
                    models.CharField(
                        choices=[("called", "已通知"), ("held", "已召开")],
                        default="called",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("called_at", models.DateTimeField(verbose_name="通知时间")),
                (
                    "minutes_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="纪要时间"),
                ),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="召集人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "例会",
                "verbose_name_plural": "例会",
            },
        ),
        migrations.CreateModel(
            name="MeetingAttendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(blank=True, max_length=40, verbose_name="参会人")),
                ("attended", models.BooleanField(default=False, verbose_name="到会")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="communities.meeting",
                        verbose_name="例会",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "到会情况",
                "verbose_name_plural": "到会情况",
            },
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("ideas", "思想工作联做"),
                            ("security", "社会治安联防"),
                            ("environment", "环境卫生联抓"),
                            ("facilities", "公共设施联办"),
                            ("resources", "单位资源联享"),
                            ("funds", "活动经费联筹"),
                        ],
                        max_length=20,
                        verbose_name="工作重点",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="工作内容")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="时限")),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="只对社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "计划事项",
                "verbose_name_plural": "计划事项",
            },
        ),
        migrations.CreateModel(
            name="AssignmentItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="完成日期")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="办理情况")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="communities.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.planitem",
                        verbose_name="事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "任务事项",
                "verbose_name_plural": "任务事项",
            },
        ),
        migrations.CreateModel(
            name="RoadSection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="路段")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="road_sections",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "路段",
                "verbose_name_plural": "路段",
            },
        ),
        migrations.AddField(
            model_name="community",
            name="subdistrict",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="communities",
                to="communities.subdistrict",
                verbose_name="街道",
            ),
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="题目")),
                ("text", models.TextField(verbose_name="内容")),
                (
                    "raised_for",
                    models.CharField(
                        blank=True,
                        help_text="居民可只写楼栋，不写姓名",
                        max_length=40,
                        verbose_name="反映人",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "待答复"), ("answered", "已答复")],
                        default="open",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "论坛话题",
                "verbose_name_plural": "论坛话题",
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="答复")),
                ("is_answer", models.BooleanField(default=False, verbose_name="正式答复")),
                ("at", models.DateTimeField(verbose_name="答复时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="答复单位",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="communities.topic",
                        verbose_name="话题",
                    ),
                ),
            ],
            options={
                "verbose_name": "答复",
                "verbose_name_plural": "答复",
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                ("visited_on", models.DateField(verbose_name="走访日期")),
                ("leader", models.CharField(max_length=40, verbose_name="联系领导")),
                ("raised", models.TextField(blank=True, verbose_name="反映的问题")),
                ("settled", models.TextField(blank=True, verbose_name="协调解决情况")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
            ],
            options={
                "verbose_name": "走访",
                "verbose_name_plural": "走访",
            },
        ),
        migrations.CreateModel(
            name="WorkPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        unique=True,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="标题")),
                ("foreword", models.TextField(blank=True, verbose_name="总体要求")),
                ("due_on", models.DateField(verbose_name="完成时限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "拟定中"),
                            ("submitted", "待下达"),
                            ("issued", "已下达"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="下达时间")),
                ("created_at", models.DateTimeField(verbose_name="拟定时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟定人",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.officialdocument",
                        verbose_name="任务通知",
                    ),
                ),
            ],
            options={
                "verbose_name": "季度工作计划",
                "verbose_name_plural": "季度工作计划",
            },
        ),
        migrations.AddField(
            model_name="planitem",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="communities.workplan",
                verbose_name="计划",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="communities.workplan",
                verbose_name="计划",
            ),
        ),
        migrations.CreateModel(
            name="GroupMember",
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
                        choices=[("lead", "牵头"), ("member", "共建")],
                        default="member",
                        max_length=10,
                        verbose_name="角色",
                    ),
                ),
                (
                    "representative",
                    models.CharField(blank=True, max_length=40, verbose_name="代表"),
                ),
                (
                    "phone",
                    gongjian.lib.sealing.SealedTextField(
                        blank=True, max_length=30, verbose_name="联系电话"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="communities.group",
                        verbose_name="小组",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "共建名单",
                "verbose_name_plural": "共建名单",
                "constraints": [
                    models.UniqueConstraint(fields=("group", "unit"), name="one_seat_a_unit"),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "lead")),
                        fields=("group",),
                        name="one_lead_unit_a_group",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="labourday",
            index=models.Index(
                fields=["quarter", "community"], name="communities_quarter_a569de_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="labourattendance",
            constraint=models.UniqueConstraint(
                fields=("labour_day", "unit"), name="one_attendance_a_labour_day"
            ),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(
                fields=["quarter", "community"], name="communities_quarter_b198c3_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingattendance",
            constraint=models.UniqueConstraint(
                fields=("meeting", "unit"), name="one_attendance_a_meeting"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignmentitem",
            constraint=models.UniqueConstraint(
                fields=("assignment", "item"), name="one_row_an_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="roadsection",
            constraint=models.UniqueConstraint(
                fields=("community", "name"), name="one_section_name_a_community"
            ),
        ),
        migrations.AddConstraint(
            model_name="community",
            constraint=models.UniqueConstraint(
                fields=("subdistrict", "name"), name="one_name_a_subdistrict"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                fields=["quarter", "community"], name="communities_quarter_1966d8_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("plan", "community"), name="one_assignment_a_community"
            ),
        ),
    ]
