"""How Sphinx builds the site; `scripts/build_docs.py` fills the source folder and calls it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import causalgia  # noqa: E402

project = "Causalgia"
author = "The Causalgia developers"
project_copyright = author
version = release = causalgia.__version__

extensions = ["myst_nb", "_builder.mathml", "_builder.links", "_builder.typography"]
root_doc = "index"
exclude_patterns = ["files/**/*.md"]
nitpicky = True
suppress_warnings = ["config.cache"]
# Members of modules are listed by the pages themselves.
toc_object_entries = False
python_use_unqualified_type_names = True
add_module_names = False
maximum_signature_line_length = 90
highlight_language = "text"

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "html_image", "attrs_inline"]
myst_heading_anchors = 3
myst_dmath_double_inline = True
nb_execution_mode = os.environ.get("CAUSALGIA_DOCS_EXECUTE", "off")
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_execution_show_tb = True

html_theme = "furo"
html_title = "Causalgia"
html_static_path = [str(HERE / "_static")]
html_css_files = ["site.css"]
html_js_files = [("filter.js", {"defer": "defer"})]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#a3351c",
        "color-brand-content": "#a3351c",
        "color-brand-visited": "#7a3b6b",
    },
    "dark_css_variables": {
        "color-brand-primary": "#ff9a7a",
        "color-brand-content": "#ff9a7a",
        "color-brand-visited": "#d6a6cc",
    },
}
