"""Slots: clips of up to 45 s with a voice, made before a deadline, with a proof of what they were made from."""

from vortex.production.slots.pipeline import VortexPipeline
from vortex.production.slots.proof import determinism_proof, verify_proof
from vortex.production.slots.quorum import Agreement, agree
from vortex.production.slots.recipe import recipe_schema
from vortex.production.slots.result import Breakdown, GenerationResult, SlotResult
from vortex.production.slots.scheduler import SlotScheduler
from vortex.production.slots.validation import validate_recipe

__all__ = [
    "Agreement",
    "Breakdown",
    "GenerationResult",
    "SlotResult",
    "SlotScheduler",
    "VortexPipeline",
    "agree",
    "determinism_proof",
    "recipe_schema",
    "validate_recipe",
    "verify_proof",
]
