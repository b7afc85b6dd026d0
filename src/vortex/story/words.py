"""The vocabulary that story telling needs beyond what a word is: frames, danglers, verbs, negations.

These are lists of plain words. Several files look at sentences from different sides, and they must agree on what a
verb, a pronoun without antecedent or a denial looks like.
"""

import re


def word_set(text: str) -> frozenset[str]:
    """Return the words of ``text``, split at white space."""
    return frozenset(re.findall(r"\S+", text))


FRAME_WORDS = word_set(
    """what how why when where which who does do did is are was were can could will would should shall let us we you
    your our it its that this these those here there first then next now after before finally last also more so and or
    but to from of in on at by for with about into through the a an look see learn know find take turn go come start
    begin follow leave answer ask say tell read show need want work works mean means matter matters question questions
    film chapter part parts source document documents page pages short remember recap summary story words main idea
    ideas point points all everything one two three each both another thing things step steps way ways end brief up
    out over has have had say says along get gets make makes made be been short minute minutes leaves left
    takes turn come next part about"""
)
"""Words that hooks, promises, links and closings may use besides those of titles and topic."""

NEGATIONS = word_set("not no never none nothing nobody neither nor without cannot nowhere hardly rarely seldom")

DISCOURSE_STARTS = re.compile(
    r"(?:(?:however|moreover|furthermore|in addition|additionally|also|therefore|thus|hence|consequently|as a result|"
    r"accordingly|in fact|indeed|of course|nevertheless|nonetheless|still|again|similarly|likewise|finally|"
    r"first|second|third|firstly|secondly|thirdly|next|then|lastly|for example|for instance|importantly|"
    r"in particular|in general|generally|in other words|that is|clearly|obviously|in short|in summary|in a word|"
    r"on the other hand|in contrast|by contrast|conversely|even so|after all|besides|meanwhile|as mentioned|"
    r"as noted|so|thereupon|now|folks|to be clear|to state the obvious),\s+"
    r"|(?:note|notice|remember|recall|observe) that,?\s+"
    r"|it (?:is important to|should be|must be|may be) not(?:e|ed) that,?\s+"
    r"|(?:and|but|or|thus|hence|therefore|so(?! far| that| called| long| many| much| as)),?\s+)",
    re.IGNORECASE,
)
"""Openings that join a sentence to the one before; without it they dangle."""

AUXILIARIES = word_set(
    """is are was were be has have had can could may might must shall should will would do does did cannot isn't aren't
    doesn't don't can't won't wasn't"""
)
_VERBS = word_set(
    """allows appears applies asks becomes begins belongs breaks builds calls causes changes comes computes consists
    contains controls converts copies counts creates defines denotes depends describes determines differs displays
    divides draws ends ensures exists extends extracts finds follows forms gets gives goes grows handles happens
    helps holds includes increases indicates joins keeps knows lays leads learns leaves lets lies lists looks
    maintains makes maps matches means measures moves needs occurs offers opens orders performs picks places plays
    points prints produces provides pushes puts reads reduces refers removes repeats replaces represents requires
    returns runs says searches sees selects sends serves sets shows sits sorts specifies stands starts stores
    supports takes tells tends tests tries turns uses varies visits works writes yields accepts adds agrees aims
    arises asserts assigns assumes attaches avoids bears behaves bends binds blocks breathes brings burns captures
    carries catches chooses claims closes collects combines compares completes compresses concerns confirms
    connects considers constitutes consumes continues copes costs covers crosses cuts deals decides declares
    declines decodes delays deletes delivers demands derives deserves detects develops dies directs discards
    drives drops earns enables encodes enters equals establishes evaluates examines exceeds executes expands
    expects explains expresses fails falls feeds feels fills fits fixes flows forces frees gains generates governs
    guarantees guides hides hits identifies ignores illustrates implements implies imposes improves influences
    informs inherits inserts interprets introduces invokes involves issues lacks lasts launches lends lifts lights
    likes limits links loads locates loses loves manages marks meets merges minimizes misses modifies multiplies
    names notes obtains operates outputs owns parses passes pays permits plans possesses prefers prepares presents
    preserves prevents proceeds processes promises protects proves pulls qualifies raises ranges reaches receives
    recognizes records recovers reflects regulates rejects relates relies remains renders replies resembles resets
    resolves responds rests results reveals reverses rises rotates saves scans scores seeks seems separates shares
    shifts shrinks simplifies skips solves sounds speaks spends splits stays steps stops stretches substitutes
    subtracts succeeds suffers suggests suits survives switches teaches tracks transforms translates travels
    treats triggers understands updates verifies views waits walks wants warns watches weighs wins wraps exercise
    provide use make give return take keep need have become find show contain allow mean require follow include
    work run exist occur appear differ depend grow"""
)

_BEFORE_NOUNS = word_set("the a an of in on at by with from for and or to as their its his her these those this no all")


def is_verb(word: str) -> bool:
    """Tell whether ``word`` is surely a finite verb: an auxiliary, or one from a list of common ones."""
    bare = word.lower().strip(".,;:!?\"'()")
    return bare in AUXILIARIES or bare in _VERBS


def has_verb(text: str) -> bool:
    """Tell whether ``text`` holds a finite verb; past forms in -ed count."""
    parts = text.split()
    return any(
        bare(part) in AUXILIARIES or bare(part).endswith("ed") or _acts(parts, place)
        for place, part in enumerate(parts)
    )


def _acts(parts: list[str], place: int) -> bool:
    """Tell whether a word that may be a noun or a verb stands where a verb does: "names" in "he names it"."""
    before = bare(parts[place - 1]) if place else ""
    after = bare(parts[place + 1]) if place + 1 < len(parts) else "and"
    is_noun = before in _BEFORE_NOUNS or after in ("and", "or", "of") or parts[place].endswith((",", ".", ";"))
    return is_verb(parts[place]) and not is_noun


def bare(word: str) -> str:
    """Return ``word`` in lower case without punctuation around it."""
    return word.lower().strip(".,;:!?¿¡\"'“”„‘’‚«»()[]…–—-")
