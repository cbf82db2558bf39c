from gongjian.jobs.models import Job
from gongjian.jobs.states import JOB_STEPS
from tests.access import OFFICE
from tests.machines import Machine


def make_job(cast, status):
    return Job.objects.create(
        kind="x", key=status, title="x", status=status, at=cast.now, ready_at=cast.now
    )


MACHINES = [Machine(JOB_STEPS, make_job, {"try_again": OFFICE})]
