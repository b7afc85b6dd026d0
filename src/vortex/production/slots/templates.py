"""Scripts for slots where no language model is: data, chosen by tone and seed. They are jokes about any theme."""

from collections.abc import Mapping
from dataclasses import dataclass

from vortex.production.slots.recipe import Tone


@dataclass(frozen=True, slots=True)
class Template:
    """A script with a gap, ``{theme}``, in which a noun phrase stands."""

    setup: str
    punchline: str
    visual_prompt: str


TEMPLATES: Mapping[Tone, tuple[Template, ...]] = {
    "absurd": (
        Template(
            "Good evening. Today, {theme} was elected mayor, by one vote.",
            "The vote was cast by a spoon, which has asked for a recount.",
            "{theme} on a town hall balcony, waving at a crowd of spoons, morning light",
        ),
        Template(
            "Scientists have weighed {theme}, and found that it is slightly heavier on Tuesdays.",
            "Tuesday denies everything, and has hired a lawyer.",
            "{theme} on a giant laboratory scale, scientists in white coats, calendar on the wall",
        ),
        Template(
            "At last, a hotel for {theme}. Every room has a view of another room.",
            "Guests leave happy. They leave through the piano.",
            "grand hotel lobby with {theme} at the reception desk, a piano with a small door",
        ),
        Template(
            "Our weather tonight: {theme}, with a chance of further {theme} in the north.",
            "In the south, please close your windows, and apologise.",
            "television weather map covered with {theme}, presenter pointing at it",
        ),
    ),
    "deadpan": (
        Template(
            "This is {theme}. It has been here for some time.",
            "Nobody asked it to leave. Nobody will.",
            "{theme} alone in the middle of an empty office, flat grey light, centred",
        ),
        Template(
            "A study of {theme} took eleven years and three research stations.",
            "The result was: yes.",
            "{theme} under glass in a silent museum, one visitor reading a very small sign",
        ),
        Template(
            "We asked {theme} for a comment on the events of last night.",
            "It remained where it was. We consider that a comment.",
            "{theme} behind a press conference table with many microphones",
        ),
        Template(
            "Please remain seated. {theme} will be with you shortly.",
            "It has been shortly since nineteen eighty-four.",
            "waiting room with rows of chairs, {theme} behind a counter window, dim light",
        ),
    ),
    "manic": (
        Template(
            "Call now! Call now and get {theme}, plus a second {theme}, plus somebody to carry them!",
            "Do not call twice. The first one gets jealous!",
            "{theme} exploding out of a shopping channel studio, bright colours, confetti",
        ),
        Template(
            "It is {theme} day! It is {theme} day in every street, on every roof and in your shoes!",
            "Check your shoes. Check them again. They are not your shoes!",
            "street parade with enormous balloons of {theme}, streamers, running crowd",
        ),
        Template(
            "Stop everything! {theme} has entered the final lap, and it has no brakes!",
            "It never had brakes! It won, and it is still going!",
            "{theme} racing on a track at dusk, motion blur, cheering stands",
        ),
        Template(
            "Breaking, breaking, breaking news about {theme}!",
            "It is broken. We said it three times, and now it is broken.",
            "news studio with red banners, {theme} in pieces on the desk, shocked presenter",
        ),
    ),
}
