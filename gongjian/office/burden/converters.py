class KindOfParty:
    """unit or community in an address."""

    regex = "unit|community"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
