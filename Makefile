# Broadsheet: `make` lists the targets. Each target does its own set-up in .venv/.

PYTHON_IN_VENV := .venv/bin/python

# Tests that read the shared data sets look here; they skip where it is absent.
ifndef BROADSHEET_TEST_DATA
ifneq ($(wildcard ../shared),)
export BROADSHEET_TEST_DATA := $(abspath ../shared)
endif
endif

.PHONY: help demo test proof faults soak check conformance answers system bench lock audit messages clean

help:  ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

# Up to a fixed date, so that the pages are the same on every day.
demo: .venv/runtime.stamp  ## Build the sample company, mail its scheduled reports to the local outbox, print a customer's page
	@.venv/bin/python -m broadsheet demo

test: .venv/test.stamp  ## Run the tests (under five minutes on two cores)
	@$(PYTHON_IN_VENV) -m pytest -n 2 --dist worksteal -m "not proof and not faults"

faults: .venv/test.stamp  ## Break everything: kills, races, outages, poison reports, abuse
	@$(PYTHON_IN_VENV) -m pytest -n 2 --dist worksteal -m faults

proof: .venv/test.stamp  ## Prove every figure: plain SQL, the shared suite, published answers
	@$(PYTHON_IN_VENV) -m pytest -n 2 --dist worksteal -m proof

check: .venv/test.stamp  ## Lint, format and types
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check .
	@$(PYTHON_IN_VENV) -m mypy

# SUITE=FOLDER runs other cases over the same model and tables.
conformance: .venv/test.stamp  ## Answer the shared suite of KPI questions and compare with its answers
	@cd tests && PYTHONPATH=. ../$(PYTHON_IN_VENV) -m conformance.run \
	  "$(BROADSHEET_TEST_DATA)/golden/kpi-conformance" "$(if $(SUITE),$(abspath $(SUITE)))"

answers: .venv/test.stamp  ## Print every published figure of the example data beside ours
	@$(PYTHON_IN_VENV) -m pytest -q -p examples.table tests/examples

system: .venv/test.stamp  ## Run the tests that need a browser, mail servers and root (Debian: chromium-driver, postfix, dovecot-lmtpd …)
	@$(PYTHON_IN_VENV) -m pytest tests/system

# SCALE=0.1 runs a tenth of it, about an hour on two cores.
soak: .venv/test.stamp  ## Measure the figures of docs/reliability.md in full (a night on two cores)
	@cd tests && PYTHONPATH=. ../$(PYTHON_IN_VENV) -m soak.run $(SCALE)

bench: .venv/test.stamp  ## Measure speed
	@for file in benchmarks/bench_*.py; do \
	  if [ -e "$$file" ]; then $(PYTHON_IN_VENV) "$$file" || exit 1; else echo "There are no benchmarks yet."; fi; done

# The test lock takes the versions of the runtime lock, which also pins the build backend.
# Versions stay unless a requirement moves them: delete a lock first to take the newest of everything.
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" .venv/lock/bin/pip-compile -q --generate-hashes --strip-extras \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock:  ## Write the hashed locks in requirements/ anew
	@$(or $(PYTHON),python3) -m venv .venv/lock
	@.venv/lock/bin/python -m pip -q install pip-tools==7.6.2
	@$(COMPILE) --build-deps-for editable --output-file requirements/runtime.txt pyproject.toml
	@$(COMPILE) --extra postgres --extra fonts --extra pdf-password -c requirements/runtime.txt --output-file requirements/test.txt \
	  pyproject.toml requirements/test.in
	@$(COMPILE) --allow-unsafe --output-file requirements/audit.txt requirements/audit.in

audit:  ## Look the locked packages up in a database of known vulnerabilities (AUDIT_URL names a mirror)
	@sh requirements/audit.sh

messages: .venv/test.stamp  ## Bring the message catalogs in step with the English texts
	@$(PYTHON_IN_VENV) docs/messages.py

clean:  ## Remove the environment, caches and everything that runs have written
	@rm -rf .venv var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime.stamp: requirements/runtime.txt pyproject.toml
	@sh requirements/setup.sh runtime

.venv/test.stamp: requirements/test.txt pyproject.toml
	@sh requirements/setup.sh test
