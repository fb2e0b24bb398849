# Handvat: `make serve` to see it, `make test` to be sure of it. `make help` lists the rest.
# Needs Python 3.11 or newer with its venv module; everything else is set up in .venv/.

PYTHON ?= python3
RUN = .venv/bin/python -m
READY = .venv/ready
COUNTS = .build/fuzz-pages.json .build/fuzz-data.json

.DEFAULT_GOAL := help
.PHONY: help serve build check test test-cache fuzz fuzz-pages fuzz-data follow audit format lock clean

help: ## This list
	@echo "Handvat. In this folder:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '%-18s %s\n' "$$name" "$$what"; done
	@echo "Settings: PORT=8000  LANGS=nl,en  SITE_URL=https://…  ORGANISATION=…/organisation.yml  PYTHON=python3.12"
	@echo "All other commands: .venv/bin/handvat --help"

serve: $(READY) ## Build, show on http://127.0.0.1:8000 and follow what you edit (PORT=, LANGS=)
	@.venv/bin/handvat serve

build: $(READY) ## Write the finished site to site/ (LANGS=, SITE_URL=)
	@.venv/bin/handvat build

check: $(READY) ## Check texts, data, code and workflows without building (FORMAT=github marks lines)
	@.venv/bin/handvat check $(if $(FORMAT),--format $(FORMAT))
	@$(RUN) ruff check --quiet $(if $(FORMAT),--output-format $(FORMAT)) .
	@$(RUN) ruff format --quiet --check .
	@found=$$(.venv/bin/zizmor --offline --quiet --format $(or $(FORMAT),plain) .github .pre-commit-config.yaml) || { echo "$$found"; exit 1; }

test: check ## All checks and tests, in a browser too
	@$(RUN) pytest -n auto --dist worksteal

fuzz: $(READY) ## More than 20,000 hostile pages, data files, addresses and arguments (SEED=, to try the same again)
	@rm -f $(COUNTS)
	@$(MAKE) --no-print-directory -j2 -O fuzz-pages fuzz-data SEED=$(or $(SEED),$(shell date +%s))
	@$(RUN) tests.fuzz.count $(COUNTS)

fuzz-pages: $(READY)
	@FUZZ=1 FUZZ_COUNT=$(firstword $(COUNTS)) $(RUN) pytest -q tests/fuzz/test_hostile_pages.py tests/fuzz/test_hostile_addresses.py tests/fuzz/test_hostile_folders.py --hypothesis-seed=$(SEED)

fuzz-data: $(READY)
	@FUZZ=1 FUZZ_COUNT=$(lastword $(COUNTS)) $(RUN) pytest -q tests/fuzz/test_hostile_data.py tests/fuzz/test_hostile_verbs.py --hypothesis-seed=$(SEED)

test-cache: $(READY) ## Two hundred random histories of changes, each built warm and clean and compared byte for byte (SEQUENCES=)
	@SEQUENCES=$(or $(SEQUENCES),200) $(RUN) pytest -q --timeout 7200 tests/build/test_cache.py

follow: $(READY) ## Follow CONTRIBUTING.md word for word in an empty folder (some minutes; what is committed)
	@$(RUN) pytest tests/repository/follow_contributing.py

audit: $(READY) ## axe on every page, light and dark, phone and desktop (some minutes)
	@$(RUN) pytest -n auto tests/site/test_accessibility.py --every-page --timeout 3600

format: $(READY) ## Put the code into the one format
	@$(RUN) ruff check --quiet --fix . ; $(RUN) ruff format .

lock: $(READY) ## Renew requirements.lock after a change in pyproject.toml
	@$(RUN) uv pip compile --quiet --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock

clean: ## Remove what was made: site/, downloads/, .build/, .venv/
	@rm -rf site downloads .build .venv

$(READY): requirements.lock scripts/bootstrap.py
	@command -v $(PYTHON) >/dev/null || { echo "Handvat needs Python 3.11 or newer; $(PYTHON) was not found. Install it, or name it: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) scripts/bootstrap.py
	@$(RUN) compileall -qq scripts || true # or the first build does it; where nothing may be written, each of them
