"""Tables of how English reads abbreviations, symbols, units, Greek letters and acronyms."""

import re


def _pairs(text: str) -> dict[str, str]:
    """Return a table from lines of ``written = said``."""
    rows = (line.split(" = ", 1) for line in text.strip().splitlines())
    return {row[0].strip(): row[1].strip() for row in rows}


ABBREVIATIONS = _pairs(
    """
    e.g. = for example
    i.e. = that is
    etc. = et cetera
    vs. = versus
    vs = versus
    cf. = compare
    fig. = figure
    figs. = figures
    eq. = equation
    eqs. = equations
    sec. = section
    sect. = section
    ch. = chapter
    no. = number
    nos. = numbers
    p. = page
    pp. = pages
    vol. = volume
    ed. = edition
    approx. = approximately
    resp. = respectively
    et al. = and others
    al. = others
    dr. = doctor
    mr. = mister
    mrs. = missis
    prof. = professor
    w.r.t. = with respect to
    a.k.a. = also known as
    incl. = including
    max. = maximum
    min. = minimum
    """
)
SYMBOLS = _pairs(
    """
    ≥ = is at least
    ≤ = is at most
    >= = is at least
    <= = is at most
    > = is greater than
    < = is less than
    = = equals
    == = equals
    != = is not
    ≠ = is not
    ≈ = is about
    ± = plus or minus
    × = times
    · = times
    * = times
    + = plus
    − = minus
    ÷ = divided by
    / = or
    → = to
    -> = to
    => = gives
    ⇒ = gives
    ← = gets
    <- = gets
    := = is set to
    ~ = tilde
    & = and
    && = and
    || = or
    | = bar
    % = percent
    # = number
    @ = at
    ∞ = infinity
    ∈ = in
    ∑ = the sum of
    √ = the square root of
    ∀ = for all
    ∃ = there is
    – = ,
    — = ,
    - = ,
    • = ,
    \\ = backslash
    """
)
UNITS: dict[str, tuple[str, str]] = {
    "%": ("percent", "percent"), "km": ("kilometre", "kilometres"), "m": ("metre", "metres"),
    "cm": ("centimetre", "centimetres"), "mm": ("millimetre", "millimetres"), "µm": ("micrometre", "micrometres"),
    "nm": ("nanometre", "nanometres"), "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"),
    "mg": ("milligram", "milligrams"), "s": ("second", "seconds"), "ms": ("millisecond", "milliseconds"),
    "µs": ("microsecond", "microseconds"), "ns": ("nanosecond", "nanoseconds"), "h": ("hour", "hours"),
    "min": ("minute", "minutes"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "B": ("byte", "bytes"),
    "kB": ("kilobyte", "kilobytes"), "KB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"), "KiB": ("kibibyte", "kibibytes"),
    "MiB": ("mebibyte", "mebibytes"), "GiB": ("gibibyte", "gibibytes"), "kbps": ("kilobit per second",) * 2,
    "Mbps": ("megabit per second", "megabits per second"), "km/h": ("kilometre per hour", "kilometres per hour"),
    "m/s": ("metre per second", "metres per second"), "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "°": ("degree", "degrees"), "K": ("kelvin", "kelvin"),
    "V": ("volt", "volts"), "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"), "N": ("newton", "newtons"),
    "dB": ("decibel", "decibels"), "pt": ("point", "points"), "px": ("pixel", "pixels"), "x": ("times", "times"),
    "fps": ("frame per second", "frames per second"), "dpi": ("dot per inch", "dots per inch"),
    "lb": ("pound", "pounds"), "ft": ("foot", "feet"), "mph": ("mile per hour", "miles per hour"),
}  # fmt: skip
CURRENCIES = {"$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("pound", "pounds"), "¥": ("yen", "yen")}
FRACTIONS = {
    2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters"), 5: ("fifth", "fifths"),
    8: ("eighth", "eighths"), 10: ("tenth", "tenths"),
}  # fmt: skip
GREEK = _pairs(
    """
    α = alpha
    β = beta
    γ = gamma
    δ = delta
    ε = epsilon
    ζ = zeta
    η = eta
    θ = theta
    ι = iota
    κ = kappa
    λ = lambda
    μ = mu
    ν = nu
    ξ = xi
    π = pi
    ρ = rho
    σ = sigma
    τ = tau
    φ = phi
    χ = chi
    ψ = psi
    ω = omega
    Γ = gamma
    Δ = delta
    Θ = theta
    Λ = lambda
    Π = pi
    Σ = sigma
    Φ = phi
    Ψ = psi
    Ω = omega
    """
)
NAMES = _pairs(
    """
    SQLite = S Q lite
    MySQL = my S Q L
    PostgreSQL = postgres
    LaTeX = lah teck
    NumPy = num pie
    SciPy = sigh pie
    PyPI = pie P I
    PyTorch = pie torch
    GitHub = git hub
    JSON = jason
    JPEG = jay peg
    UTF-8 = U T F eight
    WiFi = why fie
    iOS = i O S
    macOS = mac O S
    C++ = C plus plus
    C# = C sharp
    I/O = I O
    w/o = without
    s/he = he or she
    sqrt = square root
    """
)
EXTENSIONS = _pairs(
    """
    py = pie
    txt = text
    csv = C S V
    html = H T M L
    htm = H T M L
    pdf = P D F
    json = jason
    toml = toml
    md = M D
    gz = G Z
    zip = zip
    png = P N G
    jpg = jay peg
    gif = gif
    c = C
    h = H
    sh = S H
    sql = S Q L
    xml = X M L
    dot = dot
    """
)
LETTERS = frozenset(
    re.findall(
        r"\S+",
        """SQL API CPU GPU URL URI XML HTML CSS HTTP HTTPS FTP SSH TCP UDP DNS USA UK EU UN IBM AIC BIC PDF CSV USB LED
        LCD DNA RNA PCR MRI ID IP OS UI CLI IDE IEEE ISO AI ML NLP LLM PC TV FAQ CEO MIT""",
    )
)
"""Acronyms that are spelled although they might be read as words."""
WORDS_IN_CAPITALS = frozenset(
    re.findall(
        r"\S+",
        """RAM ROM LAN WAN PIN GIF NASA NATO UNESCO UNICEF ASCII SELECT FROM WHERE ORDER GROUP TABLE INDEX KEY SET JOIN
        LEFT RIGHT NULL TRUE FALSE TEXT REAL LIKE LIMIT UNION VIEW VALUES INSERT UPDATE DELETE CREATE DROP PRIMARY
        INTEGER ROWID ASC INTO THEN ELSE WHILE ONE TWO NEW OLD YES END LAST FIRST NAN MAX MIN SUM ADD USE RUN GET PUT
        POST HEAD DISTINCT EXISTS HAVING COUNT ANALYZE EXPLAIN VACUUM""",
    )
)
"""Words, keywords and acronyms in capitals that are read, not spelled."""
