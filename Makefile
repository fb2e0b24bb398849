# Handvat: `make serve` to see it, `make test` to be sure of it. `make help` lists the rest.
# Needs Python 3.11 or newer with its venv module; everything else is set up in .venv/.

PYTHON ?= python3
RUN = .venv/bin/python -m
READY = .venv/ready
COUNTS = .build/fuzz-pages.json .build/fuzz-data.json

.DEFAULT_GOAL := help
.PHONY: help serve build merge check spelling test test-cache fuzz fuzz-pages fuzz-data status format lock bench bench-build bench-servers go-live audit zip publish handbook new-organisation overlay translated clean same-meaning new due follow rename delete preview-picture

help: ## This list
	@echo "Handvat. In this folder:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '%-18s %s\n' "$$name" "$$what"; done
	@echo "Settings: PORT=8000  LANGS=nl,en  SITE_URL=https://…  PYTHON=python3.12"

serve: $(READY) ## Build, show on http://127.0.0.1:8000 and follow what you edit (PORT=, LANGS=)
	@$(RUN) scripts.serve

build: $(READY) ## Write the finished site to site/ (LANGS=, SITE_URL=; PART=part-1 LANGS=nl,en for a part of it)
	@$(RUN) scripts.build

merge: $(READY) ## Join parts, made on several machines, into the site that one build makes (PARTS="part-1 part-2")
	@$(RUN) scripts.merge $(PARTS)

handbook: $(READY) ## The site as a book: a PDF for each language in downloads/ (LANGS=; after make build, needs Pango)
	@$(RUN) scripts.handbook

check: $(READY) ## Check texts, data, code and workflows without building (FORMAT=github marks lines)
	@$(RUN) scripts.check $(if $(FORMAT),--format $(FORMAT))
	@$(RUN) ruff check --quiet $(if $(FORMAT),--output-format $(FORMAT)) .
	@$(RUN) ruff format --quiet --check .
	@found=$$(.venv/bin/zizmor --offline --quiet --format $(or $(FORMAT),plain) .github .pre-commit-config.yaml) || { echo "$$found"; exit 1; }

spelling: $(READY) ## Check the spelling of every language (needs Enchant and Hunspell dictionaries)
	@$(RUN) scripts.spelling

test: check ## All checks and tests, in a browser too
	@$(RUN) pytest

fuzz: $(READY) ## More than 20,000 hostile pages, data files, addresses and arguments (SEED=, to try the same again)
	@rm -f $(COUNTS)
	@$(MAKE) --no-print-directory -j2 -O fuzz-pages fuzz-data SEED=$(or $(SEED),$(shell date +%s))
	@$(RUN) tests.fuzz.count $(COUNTS)

fuzz-pages: $(READY)
	@FUZZ=1 FUZZ_COUNT=$(firstword $(COUNTS)) $(RUN) pytest -q tests/fuzz/test_hostile_pages.py tests/fuzz/test_hostile_addresses.py tests/fuzz/test_hostile_folders.py --hypothesis-seed=$(SEED)

fuzz-data: $(READY)
	@FUZZ=1 FUZZ_COUNT=$(lastword $(COUNTS)) $(RUN) pytest -q tests/fuzz/test_hostile_data.py tests/fuzz/test_hostile_verbs.py --hypothesis-seed=$(SEED)

test-cache: $(READY) ## Two hundred random histories of changes, each built warm and clean and compared byte for byte (SEQUENCES=)
	@SEQUENCES=$(or $(SEQUENCES),200) $(RUN) pytest -q --timeout 7200 tests/test_cache.py

follow: $(READY) ## Follow CONTRIBUTING.md word for word in an empty folder (some minutes; what is committed)
	@$(RUN) pytest tests/follow_contributing.py

new: $(READY) ## Begin a page with its sections and hints (TYPE=signal PAGE=signals/new-thing.md)
	@$(RUN) scripts.new_page $(if $(TYPE),--type "$(TYPE)") $(if $(PAGE),--page "$(PAGE)")

status: $(READY) ## How far we are: words, sentences, reading level, citations, what is missing (JSON=1)
	@$(RUN) scripts.status $(if $(JSON),--json)

due: $(READY) ## What to look at again: contacts, reviews, sources (LINKS=links.txt writes the addresses)
	@$(RUN) scripts.due $(if $(LINKS),--links $(LINKS)) $(if $(ISSUE),--issue $(ISSUE)) $(if $(DEAD),--dead $(DEAD))

format: $(READY) ## Put the code into the one format
	@$(RUN) ruff check --quiet --fix . ; $(RUN) ruff format .

translated: $(READY) ## Record that a translation follows the Dutch text (PAGE=docs/en/now/first-hour.md)
	@$(RUN) scripts.translated $(PAGE)

same-meaning: $(READY) ## Say that a change of a Dutch page changed no meaning (PAGE=docs/nl/now/first-hour.md)
	@$(RUN) scripts.same_meaning $(PAGE)

rename: $(READY) ## Rename a page in every language, with a redirect (OLD=now/first-hour.md NEW=now/the-first-hour.md)
	@$(RUN) scripts.rename $(OLD) $(NEW)

delete: $(READY) ## Delete a page in every language; another takes its place (PAGE=now/x.md REPLACED_BY=now/y.md)
	@$(RUN) scripts.rename --delete $(PAGE) $(REPLACED_BY)

bench: $(READY) ## Measure loading and search in Chromium as on a phone (SAVE=1 keeps the figures, SIZES="40 200")
	@$(RUN) scripts.bench $(if $(SAVE),--save) $(if $(SIZES),--sizes $(SIZES))

bench-build: $(READY) ## Measure builds, memory, and from save to visible (SIZES="40 200" RUNS=3; PEERS=folder: for other generators)
	@$(RUN) scripts.bench_build $(if $(SIZES),--sizes $(SIZES)) $(if $(RUNS),--runs $(RUNS)) $(if $(PEERS),--peers "$(PEERS)")

bench-servers: $(READY) ## Load nginx and Caddy with site/ while editions change places (BUILD=1 builds meanwhile too; needs wrk)
	@$(RUN) scripts.bench_servers $(if $(BUILD),--build)

go-live: $(READY) ## Put site/ where a server reads it, in one step (TO=/srv/handvat/site)
	@$(RUN) scripts.go_live $(TO)

audit: $(READY) ## axe on every page of site/, light and dark, phone and desktop (LANGUAGES="nl ar" PAGES="now/ tools/")
	@$(RUN) scripts.audit --languages $(LANGUAGES) --pages $(PAGES)

zip: $(READY) ## A zip per language that works without the internet, from site/ to downloads/ (LANGS=)
	@$(RUN) scripts.usb_copy

publish: $(READY) ## site/ to a bucket, WebDAV or SFTP, in a safe order (TO=remote:bucket/path, PLAN=1; deploy/publish.md)
	@$(RUN) scripts.publish "$$TO" $(if $(PLAN),--plan) $(if $(ADOPT),--adopt) $(if $(FEWER),--fewer-languages)

new-organisation: $(READY) ## Begin an edition of your own: a commented organisation.yml (FOLDER=)
	@$(RUN) scripts.new_organisation "$(FOLDER)"

overlay: $(READY) ## A page of your own in the place of ours, or: its change was seen (PAGE=docs/de/now/first-hour.md)
	@$(RUN) scripts.overlay "$(PAGE)"

preview-picture: $(READY) ## Draw the picture of link previews anew from overrides/preview.svg (needs Chromium)
	@$(RUN) scripts.preview_picture

lock: $(READY) ## Renew requirements.lock after a change in pyproject.toml
	@$(RUN) uv pip compile --quiet --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock

clean: ## Remove what was made: site/, downloads/, .build/, .venv/
	@rm -rf site downloads .build .venv

$(READY): requirements.lock scripts/environment.py
	@command -v $(PYTHON) >/dev/null || { echo "Handvat needs Python 3.11 or newer; $(PYTHON) was not found. Install it, or name it: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) scripts/environment.py
	@$(RUN) compileall -qq scripts || true # or the first build does it; where nothing may be written, each of them
