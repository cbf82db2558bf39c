"""三员分立: nobody holds one of the three administrators on the same day as any other role; the database refuses it."""

from django.db import migrations

from gongjian.lib.triggers import RefuseRows

THREE = "('system_admin', 'security_admin', 'auditor')"
EXCLUDED = f"""EXISTS (
    SELECT 1 FROM accounts_appointment AS held
    WHERE held.user_id = NEW.user_id AND held.id <> COALESCE(NEW.id, -1) AND held.role <> NEW.role
      AND (held.role IN {THREE} OR NEW.role IN {THREE})
      AND (held.ends_on IS NULL OR held.ends_on > NEW.starts_on)
      AND (NEW.ends_on IS NULL OR NEW.ends_on > held.starts_on)
)"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_security_administrator")]

    operations = [
        RefuseRows(
            "three_administrators_apart",
            table="accounts_appointment",
            events=["INSERT", "UPDATE"],
            message="三员分立：系统管理员、安全管理员、审计员同一天不能再任其他角色",
            condition=EXCLUDED,
        ),
    ]
