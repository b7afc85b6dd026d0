"""Two- and three-letter names of languages: people write ``en``, the MP4 format knows only ``eng``.

Source: ISO 639-1 and ISO 639-2/T.
"""

from vortex.core.errors import MediaError

_PAIRS = """
af:afr am:amh ar:ara az:aze be:bel bg:bul bn:ben bs:bos ca:cat cs:ces cy:cym da:dan de:deu el:ell en:eng
eo:epo es:spa et:est eu:eus fa:fas fi:fin fr:fra ga:gle gl:glg gu:guj he:heb hi:hin hr:hrv hu:hun hy:hye
id:ind is:isl it:ita ja:jpn ka:kat kk:kaz km:khm kn:kan ko:kor ky:kir la:lat lt:lit lv:lav mk:mkd ml:mal
mn:mon mr:mar ms:msa mt:mlt my:mya nb:nob ne:nep nl:nld nn:nno no:nor pa:pan pl:pol pt:por ro:ron ru:rus
si:sin sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel th:tha tl:tgl tr:tur uk:ukr ur:urd uz:uzb
vi:vie xh:xho zh:zho zu:zul
"""
_THREE_LETTERS = dict(pair.split(":") for pair in _PAIRS.split())


def three_letters(language: str) -> str:
    """Return the ISO 639-2/T code of a tag such as ``en``, ``pt-BR`` or ``eng``.

    Raises:
        MediaError: the tag is neither of three letters nor known.
    """
    primary = language.lower().replace("_", "-").split("-")[0]
    if primary in _THREE_LETTERS:
        return _THREE_LETTERS[primary]
    if len(primary) == 3 and primary.isascii() and primary.isalpha():
        return primary
    raise MediaError(f"{language!r} is no language that an MP4 can name; give its three-letter code, such as 'eng'")


def two_letters(language: str) -> str:
    """Return the short form of a three-letter code where there is one, else the code itself."""
    return next((short for short, long in _THREE_LETTERS.items() if long == language), language)
