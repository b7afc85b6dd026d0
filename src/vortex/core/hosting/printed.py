"""What strangers write, made fit to be shown."""


def printable(text: str) -> str:
    """Return ``text`` with line ends, but without other characters that are not for reading or steer a terminal."""
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text).strip()


def shortened(text: str, most: int) -> str:
    """Return the first line of ``text``, printable and cut to ``most`` characters."""
    line = printable(text).partition("\n")[0]
    return line if len(line) <= most else f"{line[: most - 1]}…"
