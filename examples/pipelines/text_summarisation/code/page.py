"""Write a page for people: each text that was kept aside, its summary, and the one of a person."""

from html import escape
from pathlib import Path

from rows import read_rows

ROOT = Path("/opt/ml/processing")
HEAD = """<!doctype html><meta charset="utf-8"><title>Summaries</title>
<style>body { font: 1rem/1.4 sans-serif; max-width: 60rem; margin: 2rem auto }
td, th { text-align: left; vertical-align: top; padding: .5rem; border-top: 1px solid #ccc }</style>
<table><tr><th>text<th>summary<th>by a person
"""

pairs = read_rows(ROOT / "input/prepare-input-train/answers/texts.jsonl")
(found,) = (ROOT / "input/summarise-input-train").glob("*.out")
cells = [
    (pair["text"], row["result"], pair["summary"])
    for pair, row in zip(pairs, read_rows(found))  # noqa: B905 - Python 3.8 in the image
]
out = ROOT / "output/page"
out.mkdir(parents=True, exist_ok=True)
table = "".join("<tr>" + "".join(f"<td>{escape(it)}" for it in row) + "\n" for row in cells)
(out / "index.html").write_text(HEAD + table + "</table>\n", encoding="utf-8")
print(f"{len(cells)} texts are on the page")
