"""What the log cannot do without is said when the site starts."""

from django.conf import settings
from django.core.checks import Error, register

from gongjian.audit.digests import KNOWN, is_available

# 网络安全法第二十一条：留存相关的网络日志不少于六个月.
LEAST_DAYS = 183


@register
def check_digest(app_configs, **kwargs) -> list[Error]:
    """AUDIT_DIGEST must be one that this machine computes."""
    if settings.AUDIT_DIGEST not in KNOWN:
        message = f"AUDIT_DIGEST 应为 {' 或 '.join(KNOWN)}，现为 {settings.AUDIT_DIGEST!r}"
        return [Error(message, id="audit.E001")]
    if not is_available(settings.AUDIT_DIGEST):
        hint = "改用 sha256，或换用带 SM3 的 OpenSSL（1.1.1 以上，未裁剪）"
        return [
            Error(f"这台机器的 OpenSSL 没有 {settings.AUDIT_DIGEST}", hint=hint, id="audit.E002")
        ]
    return []


@register
def check_keeping(app_configs, **kwargs) -> list[Error]:
    """Sealed exports are kept for half a year at least."""
    days = settings.AUDIT_EXPORT_KEEP_DAYS
    if days < LEAST_DAYS:
        message = (
            f"AUDIT_EXPORT_KEEP_DAYS 为 {days}：操作记录至少留存 {LEAST_DAYS} "
            "天（网络安全法第二十一条，六个月）"
        )
        return [Error(message, id="audit.E003")]
    return []
