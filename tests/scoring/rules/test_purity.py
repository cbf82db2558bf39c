import subprocess
import sys

from tests.scoring.rules.made import ROOT


def test_the_rules_run_without_django():
    program = (
        "import sys, pkgutil, importlib, scoring.rules as rules\n"
        "for module in pkgutil.walk_packages(rules.__path__, 'scoring.rules.'):\n"
        "    importlib.import_module(module.name)\n"
        "print('scoring.rules.records.freezing' in sys.modules, 'django' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["True", "False"]
