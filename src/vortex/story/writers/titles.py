"""What a scene is called: by its heading, and where that is a mere number, by what its sentences are really about."""

import re
from collections import Counter

from vortex.core.document import Document
from vortex.story.writers import frames
from vortex.story.writers.arrange import Group, Section
from vortex.story.writers.rank import keyword, names_in
from vortex.story.writers.select import Pool

LEAST_SHARE = 0.4
"""A name is what a section is about if so many of its sentences hold it …"""
LEAST_OWN = 0.5
"""… and so many of all sentences that hold it stand there."""
_NUMBERED = re.compile(r"(?P<kind>[A-Za-z§]+)\s+(?P<number>\d+)$")


def scene_title(group: Group, whole: str, subject: str, document: Document, pool: Pool) -> str:
    """Return the title of a scene.

    Args:
        group: what the scene is drawn from.
        whole: title of the document.
        subject: what the document is about.
        document: where the group stands.
        pool: all candidates.
    """
    if group.section and frames.is_part(group.section[-1]):
        return keyword([pool.candidates[number].text for number in group.members], pool.candidates) or subject
    section = full_section(group.section, document)
    title = frames.section_title(frames.unlettered(section, document), whole)
    if title == whole:
        return subject
    if not frames.is_label(title.rpartition(", ")[2]):
        return title
    about = typical_name(group, pool)
    return f"{title}: {about}" if about else title


def typical_name(group: Group, pool: Pool) -> str:
    """Return the name that a group is about and hardly anything else in the text; "" where there is none."""
    inside = Counter(name for number in group.members for name in names_in(pool.candidates[number].text))
    everywhere = Counter(name for candidate in pool.candidates for name in names_in(candidate.text))
    typical = {
        name: count
        for name, count in inside.items()
        if count >= 3 and count >= LEAST_SHARE * len(group.members) and count >= LEAST_OWN * everywhere[name]
    }
    return max(sorted(typical), key=lambda name: typical[name], default="")


def full_section(section: Section, document: Document) -> Section:
    """Return a section with the numbered heading that it really stands under, where another heading has come between.

    In "Article I" a heading may stand after Section 8 that is no part of the numbering; Section 9 still belongs to
    the article.
    """
    names = [name for name in section if frames.is_title(name)]
    own = _NUMBERED.match(names[-1]) if len(names) == 1 else None
    if own is None or len(section) < 2:
        return section
    parent: Section = ()
    for other in dict.fromkeys(block.section for block in document.blocks):
        if other == section:
            return (*parent, names[-1]) if parent else section
        last = _NUMBERED.match(other[-1]) if len(other) > 1 else None
        if last and last["kind"] == own["kind"] and all(map(frames.is_label, other)):
            parent = other[:-1] if int(last["number"]) < int(own["number"]) else ()
    return section
