"""What stylesheets and scripts must keep to, read from the files."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
MOST_BYTES = {"css": 14_000, "js": 5_000}
LOADED_ALONE = {"passkeys.js"}  # on its own pages only


def listed(kind):
    return (STATIC / kind / "bundle.txt").read_text().split()


@pytest.mark.parametrize("kind", ["css", "js"])
def test_the_bundle_names_every_file_once(kind):
    there = {str(path.relative_to(STATIC / kind)) for path in (STATIC / kind).rglob(f"*.{kind}")}
    assert sorted(listed(kind)) == sorted(there - LOADED_ALONE)


@pytest.mark.parametrize("kind", ["css", "js"])
def test_the_bundle_stays_within_its_budget(kind):
    body = b"\n".join((STATIC / kind / name).read_bytes() for name in listed(kind))
    assert len(gzip.compress(body, 9)) <= MOST_BYTES[kind]


def test_layers_are_named_before_anything_else():
    assert listed("css")[0] == "00-layers.css"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_a_sheet_closes_what_it_opens_and_stays_in_its_layer(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert text.count("{") == text.count("}")
    outside = re.sub(r"@layer [\w, ]+(;|\{.*?^\})", "", text, flags=re.DOTALL | re.MULTILINE)
    assert not outside.strip()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_a_sheet_uses_only_tokens_that_exist(sheet):
    tokens = set(re.findall(r"(--[\w-]+)\s*:", "\n".join(path.read_text() for path in SHEETS)))
    assert set(re.findall(r"var\((--[\w-]+)\)", sheet.read_text())) <= tokens


@pytest.mark.parametrize("name", listed("js"))
def test_a_script_asks_for_nothing_that_the_policy_forbids(name):
    script = (STATIC / "js" / name).read_text()
    assert '"use strict";' in script
    assert not re.search(r"\beval\(|new Function|innerHTML|\.style\b|setAttribute\(.style", script)
