"""How a caption begins, in the languages that documents come in."""

import re

CAPTION = re.compile(
    r"(?P<name>(?:Figure|Fig\.?|Abbildung|Abb\.|Figura|Table|Tabelle|Tab\.|Tabla|Tableau|Tabela|Рис\.|Рисунок|Таблица"
    r"|Listing|Algorithm|Chart|Plate|Scheme|Exhibit)\s*(?:\d+|[A-Z](?=[.\-–]?\d))(?:[.\-–]?\d+)*[a-z]?)\s*(?:[:.–—|]|$)"
)


def caption_name(text: str) -> str:
    """Return how a caption calls its figure or table, such as "Figure 3"; "" when the text is no caption."""
    match = CAPTION.match(text)
    return " ".join(match["name"].split()) if match else ""
