"""A lesson's trace as the library of its film: written into the folder, where sentences quote it."""

from vortex.core.errors import ConfigError
from vortex.production.folder import FilmFolder, write
from vortex.production.library import Library
from vortex.story.lessons.writer import TRACE_FILE, LessonWriter
from vortex.story.material import Material


def lesson_material(folder: FilmFolder, writer: LessonWriter) -> tuple[Library, Material]:
    """Run the lesson, write its trace down, and return it as library and material.

    Raises:
        ConfigError: a parameter makes a run that cannot be told.
    """
    file = folder.root / TRACE_FILE
    write(file, writer.trace_text)
    material = writer.material(file)
    if not material.passages:
        raise ConfigError(f"{file}: the lesson {writer.lesson.name} recorded nothing; give it other parameters")
    assets = folder.build.root / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    return Library(material.documents, material.passages, assets), material
