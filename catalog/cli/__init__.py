"""The command line: parses, calls, prints.

Only :func:`main` stands here. A command's module is imported when the command is named, and what it needs when
it runs, so that each command starts as fast as its own work allows.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130
"""Exit status that a shell gives for SIGINT."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows the program's name; the process's own arguments if left out.

    Returns:
        The exit status: 0 all is well; 1 findings, or something asked for does not exist or failed; 2 wrong usage,
        an unreadable database, a missing dependency; 130 interrupted.
    """
    _make_streams_tolerant()
    if arguments is None:
        _collect_rarely()
    try:
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
    except SystemExit as exit_request:
        status = _status_of(exit_request)
    except BaseException as error:  # noqa: BLE001  # the one place that turns every exception into a message
        status = _report(error)
    return _flush(status)


def _flush(status: int) -> int:
    """Write out what is still buffered, while a failure can be told properly."""
    try:
        sys.stdout.flush()
    except OSError as error:
        status = _report(error)
    return status


def _report(error: BaseException) -> int:
    from catalog.cli.errors import report
    from catalog.cli.output import forget_stdout

    if isinstance(error, OSError):
        forget_stdout()
    return report(error)


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["validate"] and "_CATALOG_COMPLETE" not in os.environ:
        from catalog.cli.light import parse_validate

        found = parse_validate(arguments[1:])
        if found is not None:
            from catalog.cli.validation import run as validate

            return validate(found)
    from catalog.cli.app import run

    return run(arguments)


def _status_of(exit_request: SystemExit) -> int:
    code = exit_request.code
    if code == INTERRUPTED:  # typer has taken the exception for itself
        sys.stderr.write("Interrupted.\n")
    if code is None or isinstance(code, int):
        return code or 0
    sys.stderr.write(f"{code}\n")
    return 1


def _collect_rarely() -> None:
    """Collections while modules load find nothing, and cost a tenth of a short command's time."""
    gc.set_threshold(200_000, 20, 20)


def _make_streams_tolerant() -> None:
    """A stream that cannot show a character shows a substitute; one that the parent process closed takes everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure") and (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="replace")
