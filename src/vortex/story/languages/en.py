"""English. Its numbers and signs are read by the rules of ``story.spoken``."""

import re

from vortex.story.languages.base import Labels, Language, Phrases
from vortex.story.words import FRAME_WORDS, NEGATIONS

ENGLISH = Language(
    phrases=Phrases(
        question="What is there to know about {t}?",
        gerund="How does {t} work?",
        single="What is {t}, and what is it for?",
        statute="What does {t} say?",
        promise="We look at {t}.",
        span="We go from {t} all the way to {s}.",
        links=(
            "Let us start with {t}.",
            "The next part is about {t}.",
            "Now we turn to {t}.",
            "That takes us to {t}.",
            "And finally, we come to {t}.",
        ),
        first_part="The first part: {t}.",
        next_part="The next part: {t}.",
        steps=("First, {t}", "Then, {t}", "Finally, {t}"),
        recap="In short: {t}",
        recap_title="In short",
        closing="That was {t}, from {s}.",
        closing_whole="That was {t}.",
        conjunction="and",
        serial_comma=True,
    ),
    labels=Labels(
        sources="Sources",
        definition="Definition",
        chapter="Chapter {n}",
        page="p. {x}",
        pages="pp. {x}",
        more=" and {n} more",
        still="Generated picture",
        clip="Generated clip",
        script="Script: {x}.",
    ),
    in_order=re.compile(r"\b(?:steps|stages|phases|passes|procedure|in (?:this|that) order|in turn)\b", re.IGNORECASE),
    negations=NEGATIONS,
    frame_words=FRAME_WORDS,
)
