.PHONY: up run seed shell test fast coverage check lint format

# What a developer does has a data folder of its own; the fonts are those of `up`.
DEVELOPING = GONGJIAN_DATA_DIR=.data/development GONGJIAN_FONTS_DIR=.data/fonts

up:
	python3 manage.py up

# The pages alone, reloaded at each change; jobs run at once in the page that asks for them.
run:
	python3 manage.py environment --dev --no-system
	$(DEVELOPING) DEBUG=true GONGJIAN_JOBS_INLINE=true python3 manage.py runserver

# A city of three communities for `run`, without printed documents. Begin anew: rm -rf .data/development
seed:
	$(DEVELOPING) python3 manage.py demo --communities 3 --no-print

shell:
	$(DEVELOPING) python3 manage.py shell

test:
	python3 manage.py test

fast:
	python3 manage.py test --fast

# Prints the figures also where a test fails: under coverage those of time may.
coverage:
	python3 manage.py test -n 2 --cov --cov-report=; tests=$$?; \
	.venv/bin/python -m tests.coverage_by_room && exit $$tests

# All that is proved without running a test.
check: lint
	python3 manage.py check
	python3 manage.py makemigrations --check --dry-run

lint:
	python3 manage.py environment --dev
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/djangofmt --check templates
	.venv/bin/python -m mypy

format:
	python3 manage.py environment --dev
	.venv/bin/python -m ruff check --fix .
	.venv/bin/python -m ruff format .
	.venv/bin/djangofmt templates
