PYTHON ?= python3

.PHONY: run setup test check bench faults lock demo audit

run: ## set up, start everything, print the address
	@$(PYTHON) scripts/setup.py
	@exec .venv/bin/python -m scripts.run

setup: ## install, start nothing
	@$(PYTHON) scripts/setup.py --tests

test: ## the whole suite, or T=tests/documents
	@$(PYTHON) scripts/setup.py --tests
	@exec .venv/bin/python -m pytest -n 2 $(T)

check: ## static checks, silent when all is well
	@$(PYTHON) scripts/setup.py
	@exec .venv/bin/python -m scripts.check

bench: ## one table of measures
	@$(PYTHON) scripts/setup.py
	@exec .venv/bin/python -m bench $(M)

demo: ## load the demo content into the database of make run
	@$(PYTHON) scripts/setup.py
	@exec .venv/bin/python manage.py demo --force

lock: ## write the lock files; U=1 takes the newest versions
	@$(PYTHON) scripts/setup.py
	@exec .venv/bin/python -m scripts.lock $(if $(U),--upgrade)

audit: ## known vulnerabilities among the locked dependencies; needs the network
	@$(PYTHON) scripts/setup.py
	@exec .venv/bin/python -m scripts.audit

faults: ## what breaks, done on purpose: what is lost or doubled; M=killed for one kind, ROUNDS=50 to shorten
	@$(PYTHON) scripts/setup.py --tests
	@exec env ROUNDS=$(ROUNDS) .venv/bin/python -m faults $(M)
