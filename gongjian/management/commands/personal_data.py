"""`manage.py personal_data`: the inventory of personal data, as in docs/security."""

from django.apps import apps
from django.core.management import BaseCommand

from gongjian.office.privacy.inventory import as_markdown


class Command(BaseCommand):
    help = "输出个人信息清单（docs/security/personal-data.md 的内容）。"

    def handle(self, *args, **options) -> None:
        self.stdout.write(as_markdown(apps.get_model), ending="")
