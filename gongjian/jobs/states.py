from gongjian.jobs.permissions import may_try_again
from gongjian.workflow import Step

TRY_AGAIN = Step("try_again", "重新排队", ("failed",), "ready", may_try_again)

JOB_STEPS = (TRY_AGAIN,)
