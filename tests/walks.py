"""Every state machine that the folders of the tests declare."""

from tests.declared import declaring_modules

MACHINES = [machine for module in declaring_modules("machines") for machine in module.MACHINES]
