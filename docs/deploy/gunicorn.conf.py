"""gunicorn behind one nginx on the same machine: `gunicorn gongjian.wsgi --config
docs/deploy/gunicorn.conf.py`.
"""

import multiprocessing

bind = "unix:/run/gongjian/web.sock"
umask = 0o007
workers = multiprocessing.cpu_count() * 2 + 1
threads = 1
timeout = 60
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
forwarded_allow_ips = "*"  # the socket is nginx's alone
limit_request_line = 8190
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(L)ss %({x-request-id}o)s'
errorlog = "-"
