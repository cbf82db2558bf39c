"""What a browser calls itself, in words that its owner knows."""

SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("360", "360 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def describe(user_agent: str) -> str:
    """Windows 上的 Chrome; what is not known is 其他设备.

    The first that fits, most particular first.
    """
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "其他设备")
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    if browser:
        return f"{system} 上的 {browser}"
    return system
