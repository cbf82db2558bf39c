"""What axe is asked to look for."""

WANTED = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
RULES = {"runOnly": WANTED, "resultTypes": ["violations"]}
