"""Every text of the pages is there in French."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

PORTAL = Path(str(files("gammavo.portal")))
SIMPLE = re.compile(r"""{% translate (?:"([^"]+)"|'([^']+)')""")
BLOCK = re.compile(
    r"{% blocktranslate(.*?)%}(.*?)(?:{% plural %}(.*?))?{% endblocktranslate %}"
)
FRONTEND = Path(__file__).parents[3] / "frontend/src"
SAID = re.compile(r'\bsay\(\s*"([^"]+)"')
MARKED = re.compile(r'\b(?:_|gettext)\(\s*"([^"]+)"')


def test_nothing_is_left_in_english():
    catalogue = PORTAL / "locale/fr/LC_MESSAGES/django.po"
    translated = set(
        re.findall(
            r'^msgid "(.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? ".+"',
            catalogue.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    texts = set()
    for template in PORTAL.rglob("*.html"):
        source = template.read_text(encoding="utf-8")
        texts |= {double or single for double, single in SIMPLE.findall(source)}
        texts |= {
            re.sub(r"{{ (\w+) }}", r"%(\1)s", text)
            for _, text, _ in BLOCK.findall(source)
        }
    for module in PORTAL.rglob("*.py"):
        texts |= set(MARKED.findall(module.read_text(encoding="utf-8")))
    assert len(texts) > 80
    assert texts - {text.replace('\\"', '"') for text in translated} == set()


def test_scripts_of_results_are_in_french():
    folder = FRONTEND / "results"
    french = (folder / "french.js").read_text(encoding="utf-8")
    texts: set[str] = set()
    for module in folder.glob("*.js"):
        texts |= set(SAID.findall(module.read_text(encoding="utf-8")))
    assert len(texts) > 50
    assert texts == set(re.findall(r'^  "([^"]+)":', french, re.MULTILINE))
