"""The File menu: photos in, cutouts out."""

from __future__ import annotations

from gui.actions.row import ActionRow, MenuTable, Need
from gui.look.translation import QT_TRANSLATE_NOOP

FILE = MenuTable(
    QT_TRANSLATE_NOOP("Actions", "&File"),
    (
        ActionRow(
            "add_photos",
            QT_TRANSLATE_NOOP("Actions", "Add &photos…"),
            QT_TRANSLATE_NOOP("Actions", "Choose photos to cut out"),
            lambda window: window.list_actions.add_photos(),
            ("Ctrl+O",),
            "add-photos",
        ),
        ActionRow(
            "add_folder",
            QT_TRANSLATE_NOOP("Actions", "Add &folder…"),
            QT_TRANSLATE_NOOP("Actions", "Choose a folder; its subfolders are taken along"),
            lambda window: window.list_actions.add_folder(),
            ("Ctrl+Shift+O",),
            "add-folder",
        ),
        ActionRow(
            "samples",
            QT_TRANSLATE_NOOP("Actions", "Try the &sample photos"),
            QT_TRANSLATE_NOOP("Actions", "Add a few photos that come with Kirie"),
            lambda window: window.list_actions.add_samples(),
            (),
            "star",
        ),
        None,
        ActionRow(
            "start",
            QT_TRANSLATE_NOOP("Actions", "&Export photos"),
            QT_TRANSLATE_NOOP("Actions", "Write every photo that is not exported yet or has changed since"),
            lambda window: window.batch.start(),
            ("Ctrl+Return",),
            "export",
            needs=Need.PHOTOS,
        ),
        ActionRow(
            "start_selected",
            QT_TRANSLATE_NOOP("Actions", "Export the se&lected photos"),
            QT_TRANSLATE_NOOP("Actions", "Export only what is selected in the list, again if need be"),
            lambda window: window.batch.start_only(window.panel.view.selected_paths()),
            ("Ctrl+E",),
            "export",
            needs=Need.SELECTION,
        ),
        ActionRow(
            "retry",
            QT_TRANSLATE_NOOP("Actions", "&Retry failed photos"),
            QT_TRANSLATE_NOOP("Actions", "Try the photos that failed once more"),
            lambda window: window.batch.retry_failed(),
            ("Ctrl+R",),
            "retry",
            needs=Need.FAILED,
        ),
        ActionRow(
            "pause",
            QT_TRANSLATE_NOOP("Actions", "&Pause or resume"),
            QT_TRANSLATE_NOOP("Actions", "Hold the batch after the photos under way, or let it go on"),
            lambda window: window.batch.toggle_pause(),
            ("Ctrl+P",),
            "pause",
            needs=Need.BATCH,
        ),
        ActionRow(
            "cancel",
            QT_TRANSLATE_NOOP("Actions", "Cancel the &batch"),
            QT_TRANSLATE_NOOP("Actions", "Stop within a photo; what is done stays done"),
            lambda window: window.batch.cancel(),
            ("Ctrl+.",),
            "cancel",
            needs=Need.BATCH,
        ),
        None,
        ActionRow(
            "reveal",
            QT_TRANSLATE_NOOP("Actions", "Show in file &manager"),
            QT_TRANSLATE_NOOP("Actions", "Show the cutout, or the photo while there is none, in its folder"),
            lambda window: window.list_actions.reveal(),
            ("Ctrl+Shift+R",),
            "folder",
            needs=Need.PHOTO,
        ),
        ActionRow(
            "open_output",
            QT_TRANSLATE_NOOP("Actions", "Open the &output folder"),
            QT_TRANSLATE_NOOP("Actions", "Open the folder that cutouts are written to"),
            lambda window: window.list_actions.open_output(),
            ("Ctrl+Shift+E",),
            "folder",
        ),
        None,
        ActionRow(
            "quit",
            QT_TRANSLATE_NOOP("Actions", "&Quit"),
            QT_TRANSLATE_NOOP("Actions", "Close Kirie; everything is kept for the next time"),
            lambda window: window.close(),
            ("Ctrl+Q",),
            "quit",
        ),
    ),
)
