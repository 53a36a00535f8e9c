"""The only entry point: no arguments open the window, a subcommand goes to the command line without loading Qt."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
from pathlib import Path
from types import TracebackType

# Qt ends the process with a core dump where it finds none of these.
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def main(argv: list[str] | None = None) -> int:
    """Run the program with the given arguments (the process's own by default); returns the exit status."""
    multiprocessing.freeze_support()
    from matting.system.waiting_threads import let_threads_wait_quietly

    let_threads_wait_quietly()  # before anything loads torch or numpy
    arguments = sys.argv[1:] if argv is None else argv
    _without_console()
    from matting.system.folders import native_log_file
    from matting.system.log import start_log
    from matting.system.native_noise import divert_native_noise
    from matting.system.streams import prepare_streams

    start_log()
    if argv is None:  # the process is ours alone
        prepare_streams()
        divert_native_noise(native_log_file())
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    from commands.parser import COMMANDS, run
    from commands.usage import WINDOW_COMMAND

    # A file manager opens photos with the program: "kirie shoe.jpg", as the desktop file says.
    opens_photos = bool(arguments) and arguments[0] not in COMMANDS and Path(arguments[0]).exists()
    if arguments[:1] == [WINDOW_COMMAND]:
        return _window_selftest(arguments[1:])
    if arguments and not opens_photos:
        return run(arguments)
    return _window(arguments)


def _window(arguments: list[str]) -> int:
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _DISPLAYS):
        print("kirie: there is no display for the window; “kirie --help” shows the commands.", file=sys.stderr)
        return 2
    from gui.one_window import claim

    photos = [Path(argument).absolute() for argument in arguments]
    claimed = claim(photos)
    if claimed is None:  # before Qt is loaded: the window that is open already has them within a moment
        return 0
    try:
        from gui.app import run
    except ImportError as error:
        logging.getLogger(__name__).exception("the window cannot be opened")
        print(f"kirie: the window cannot be opened ({error}); “kirie --help” shows the commands.", file=sys.stderr)
        return 2
    return run(photos, claimed)


def _window_selftest(arguments: list[str]) -> int:
    """Run what ``kirie selftest --full`` starts as a child: ``commands`` must not load Qt."""
    from gui.selftest import run

    return run(float(arguments[0]) if arguments else None)


def _without_console() -> None:
    """Give a windowed executable the standard streams it lacks; printing must not fail there."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    from matting.system.folders import log_file

    logging.getLogger("kirie").critical("unexpected error", exc_info=(kind, error, traceback))
    print(f"kirie: unexpected error ({kind.__name__}: {error}); details are in {log_file()}", file=sys.stderr)


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and args.exc_type is not SystemExit:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


if __name__ == "__main__":
    sys.exit(main())
