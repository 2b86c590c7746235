# What one types every day. `make run` and `make test` do their own set-up, and only when something changed.

PYTHON ?= python3
OURS := .venv/bin/python
# All programs of the environment are called through its Python, so a checkout can be moved about.

.DEFAULT_GOAL := help
.PHONY: help run test coverage faults bench lint format messages clean ready-to-run ready-to-test

help:
	@echo 'make run       start Alliance at http://localhost:8000 (PORT=… for another, DATA_DIR=… for the data)'
	@echo 'make ready-to-run  only make the environment that it runs in'
	@echo 'make test      run every check and test'
	@echo 'make coverage  the same, and count the branches that the tests take'
	@echo 'make faults    kill, stop and cut off everything that letters depend on, and count them; ten minutes and more'
	@echo 'make bench     measure a large company (PEOPLE=… for how large), which is made once and kept'
	@echo 'make lint      only the checks that read the code'
	@echo 'make format    put the code into the one format'
	@echo 'make messages  collect the texts to translate into locale/'
	@echo 'make clean     remove what was fetched and made; the data stays'

run: ready-to-run
	@exec $(OURS) -m alliance_site.local.run

test: ready-to-test
	@exec $(OURS) -m alliance_site.local.verify

coverage: ready-to-test
	@exec $(OURS) -m alliance_site.local.verify --coverage

faults: ready-to-test
	@$(OURS) -m pytest -q -m '' tests/faults

bench: ready-to-test
	@exec $(OURS) -m tests.bench

lint: ready-to-test
	@exec $(OURS) -m alliance_site.local.verify --only-reading

format: ready-to-test
	@$(OURS) -m ruff check --fix-only --quiet .
	@$(OURS) -m ruff format .

messages: ready-to-run
	@command -v xgettext >/dev/null || { echo 'GNU gettext is missing; Debian has it as: apt-get install gettext'; exit 1; }
	@$(OURS) manage.py makemessages --all --no-location --ignore node_modules --ignore .venv

clean:
	rm -rf .venv node_modules .assets .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready-to-run ready-to-test: python-is-there
	@$(PYTHON) -I alliance_site/local/set_up.py $(@:ready-to-%=%)

.PHONY: python-is-there
python-is-there:
	@command -v '$(PYTHON)' >/dev/null || { echo 'There is no $(PYTHON) here. Alliance needs Python 3.11 or newer; choose one with PYTHON=…'; exit 1; }
