"""The roles of the architecture page and what each is called in the office."""

from django.db import models


class Role(models.TextChoices):
    OFFICE_STAFF = "office_staff", "共建办工作人员"
    OFFICE_DIRECTOR = "office_director", "共建办主任"
    APPROVER = "approver", "审批领导"
    ASSESSOR = "assessor", "考评员"
    DEPARTMENT_OFFICER = "department_officer", "职能部门经办人"
    LEAD_OFFICER = "lead_officer", "牵头单位经办人"
    MEMBER_LIAISON = "member_liaison", "共建单位联络员"
    COMMUNITY_WORKER = "community_worker", "社区工作者"
    LIAISON_LEADER = "liaison_leader", "联系领导"
    AUDITOR = "auditor", "审计员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    API_CLIENT = "api_client", "接口用户"


# Those who run the office's daily work.
OFFICE = frozenset({Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR})

# Those who read every community's business data.
CITY_WIDE = OFFICE | {Role.APPROVER, Role.AUDITOR, Role.API_CLIENT}

# Those who read every community's scores, also before they are published.
READS_ALL_SCORES = OFFICE | {Role.APPROVER, Role.AUDITOR}

# 三员: each excludes every other role on the same day (GB/T 22239-2019).
THREE_ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})

# Those who keep accounts and security and see no business data; of the three the auditor alone
# reads it.
WITHOUT_BUSINESS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
