"""How the pages beside this file become a site: `make docs`.

Sphinx with MyST reads the same Markdown that a code host shows. Diagrams are mermaid text; the site draws them with the
copy of mermaid in `.tools/mermaid/`, if `tools/mermaid.py` could fetch one, and shows their text otherwise. Nothing on
the site is loaded from another host.
"""

from pathlib import Path

_MERMAID = Path(__file__).resolve().parent.parent / ".tools" / "mermaid"

project = "Ringback"
author = "The Ringback authors"
project_copyright = author
extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = "Ringback"
html_static_path: list[str] = []
html_copy_source = False

myst_heading_anchors = 4

if _MERMAID.is_dir():
    extensions.append("sphinxcontrib.mermaid")
    html_static_path.append(str(_MERMAID))
    mermaid_use_local = "mermaid.esm.min.mjs"
    mermaid_fullscreen = False
    myst_fence_as_directive = ["mermaid"]
