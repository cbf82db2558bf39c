"""What several commands share: lines that appear on the terminal at once."""

from django.core.management import BaseCommand


class SpeakingCommand(BaseCommand):
    """A command that takes its time and says how far it is."""

    def say(self, line: str) -> None:
        """Write a line and flush it: through a pipe it would otherwise come at the end."""
        self.stdout.write(line)
        self.stdout.flush()
