"""Who writes the script: the embedded writer, which quotes, and one that asks a language model."""

from vortex.core.registry import Entry

__all__ = ["WRITERS"]

WRITERS = {
    "extract": Entry("vortex.story.writers.extract:ExtractWriter", summary="the source's own best sentences, no model"),
    "llm": Entry("vortex.story.writers.llm:LLMWriter", summary="a language model, checked against the source"),
}
