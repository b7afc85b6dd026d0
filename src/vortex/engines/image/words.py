"""How much of a prompt its encoders read: what they would leave out without a word is said."""

from typing import Any

from vortex.engines.image.families import Family

_SHOWN = 60


def unread(pipe: Any, family: Family, prompt: str, what: str = "prompt") -> tuple[str, ...]:
    """Return what of a prompt the family's encoder does not read, as sentences; empty if it reads all.

    Args:
        pipe: with its tokenizers.
        family: names the one that reads the whole prompt. Flux gives the first words to another encoder as well, for
            the mood of the picture; that this one reads fewer is how the model was made.
        prompt: in words.
        what: its name in the sentence.
    """
    tokenizer = getattr(pipe, family.reader)
    limit = min(family.max_tokens, int(tokenizer.model_max_length))
    ids = tokenizer(prompt, truncation=False, verbose=False)["input_ids"]
    if len(ids) <= limit:
        return ()
    marks = tokenizer.num_special_tokens_to_add()
    begins = int(marks > 1)
    lost = tokenizer.decode(ids[begins + limit - marks : len(ids) - (marks - begins)], skip_special_tokens=True).strip()
    shown = lost if len(lost) <= _SHOWN else f"{lost[:_SHOWN]}…"
    return (f"The {what} has {len(ids)} tokens, {family.name} reads {limit}; not read: {shown!r}.",)
