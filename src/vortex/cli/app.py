"""The door of the command line: finds the command, turns errors into one line and an exit code."""

import json
import sys
from typing import NoReturn

import typer

from vortex.cli import edit, films, lessons, models, plugins, slots, sources, system, translate, voices
from vortex.core.errors import VortexError

_INTERRUPTED = 130
EPILOG = "Example: vortex make manual.pdf --topic 'statistical tests' --seconds 120 -o my-film"

app = typer.Typer(
    name="vortex",
    help="Turn a document or a topic into a narrated, cited, checked film on your own machine.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
films.register(app)
edit.register(app)
translate.register(app)
lessons.register(app)
sources.register(app)
models.register(app)
slots.register(app)
plugins.register(app)
voices.register(app)
system.register(app)


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 usage, 3 missing, 4 bad input, 5 refused, 130 interrupted."""
    try:
        app()
    except VortexError as error:
        _fail(error, str(error), error.exit_code)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _fail(error, f"{place}{error.strerror or error}; mend that and run again", 1)
    except SystemExit as end:  # typer makes this of Ctrl-C
        if end.code == _INTERRUPTED:
            print("interrupted: finished work is kept; run the same command again to go on", file=sys.stderr)
        raise


def _fail(error: Exception, message: str, exit_code: int) -> NoReturn:
    if "--json" in sys.argv:
        print(json.dumps({"error": {"type": type(error).__name__, "message": message}}, ensure_ascii=False))
    print(f"error: {message}", file=sys.stderr)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
