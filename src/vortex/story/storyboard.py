"""What the planner hands on: the shots, and the pages of the source whose pictures they need."""

from dataclasses import dataclass

from vortex.visuals.shot import Shot


@dataclass(frozen=True, slots=True)
class PageNeed:
    """A page that must be rendered to a picture before its shot can be drawn."""

    document: str
    """Id of the document."""
    page: int
    """Index of the page, from 0."""

    @property
    def image(self) -> str:
        """File name of the picture in the assets folder."""
        return page_image(self.document, self.page)


@dataclass(frozen=True, slots=True)
class Storyboard:
    """All shots in order; each sentence of the script is in exactly one of them."""

    shots: tuple[Shot, ...]
    needs: tuple[PageNeed, ...] = ()
    """Pages whose pictures the shots show, without repetition, in order of first use."""


def page_image(document: str, page: int) -> str:
    """Return the file name under which the picture of a page is kept."""
    return f"page-{document}-{page:04d}.png"
