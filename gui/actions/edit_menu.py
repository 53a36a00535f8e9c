"""The Edit menu: corrections and their tools, clipboard, list."""

from __future__ import annotations

from gui.actions.row import ActionRow, MenuTable, Need
from gui.canvas.brush import Tool
from gui.look.translation import QT_TRANSLATE_NOOP

EDIT = MenuTable(
    QT_TRANSLATE_NOOP("Actions", "&Edit"),
    (
        ActionRow(
            "undo",
            QT_TRANSLATE_NOOP("Actions", "&Undo"),
            QT_TRANSLATE_NOOP(
                "Actions", "Take back the last step: a setting, a mark or stroke, a photo taken off the list"
            ),
            lambda window: window.workspace.undo(),
            ("Ctrl+Z",),
            "undo",
            needs=Need.STEP,
        ),
        ActionRow(
            "redo",
            QT_TRANSLATE_NOOP("Actions", "&Redo"),
            QT_TRANSLATE_NOOP("Actions", "Make the step again that was taken back"),
            lambda window: window.workspace.redo(),
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            "redo",
            needs=Need.STEP_BACK,
        ),
        None,
        ActionRow(
            "tool_hand",
            QT_TRANSLATE_NOOP("Actions", "&Hand"),
            QT_TRANSLATE_NOOP("Actions", "Drag the cutout out of the window, or move the photo"),
            lambda window: window.canvas.take(Tool.HAND),
            ("H",),
            "hand",
            group="tool",
        ),
        ActionRow(
            "tool_select",
            QT_TRANSLATE_NOOP("Actions", "&Select"),
            QT_TRANSLATE_NOOP("Actions", "Click a thing, or paint over it roughly: it comes or goes up to its edges"),
            lambda window: window.canvas.take(Tool.SELECT),
            ("S",),
            "select",
            needs=Need.THINGS,
            group="tool",
        ),
        ActionRow(
            "tool_paint",
            QT_TRANSLATE_NOOP("Actions", "&Paint"),
            QT_TRANSLATE_NOOP("Actions", "Paint what stays or goes, exactly where the brush goes"),
            lambda window: window.canvas.take(Tool.PAINT),
            ("B",),
            "brush",
            group="tool",
        ),
        ActionRow(
            "tool_box",
            QT_TRANSLATE_NOOP("Actions", "&Box"),
            QT_TRANSLATE_NOOP(
                "Actions", "Draw a box around a thing: the model looks there again; with Shift nothing else stays"
            ),
            lambda window: window.canvas.take(Tool.BOX),
            ("M",),
            "box",
            needs=Need.THINGS,
            group="tool",
        ),
        None,
        ActionRow(
            "copy",
            QT_TRANSLATE_NOOP("Actions", "&Copy cutout"),
            QT_TRANSLATE_NOOP("Actions", "Copy the cutout with its transparency, in full size"),
            lambda window: window.clipboard.copy(),
            ("Ctrl+C",),
            "copy",
            needs=Need.PHOTO,
        ),
        ActionRow(
            "paste",
            QT_TRANSLATE_NOOP("Actions", "&Paste photos"),
            QT_TRANSLATE_NOOP("Actions", "Add a picture, files or folders from the clipboard"),
            lambda window: window.list_actions.paste(),
            ("Ctrl+V",),
            "paste",
        ),
        None,
        ActionRow(
            "select_all",
            QT_TRANSLATE_NOOP("Actions", "Select &all photos"),
            QT_TRANSLATE_NOOP("Actions", "Select every photo that the list shows"),
            lambda window: window.panel.view.selectAll(),
            ("Ctrl+A",),
            needs=Need.PHOTOS,
        ),
        ActionRow(
            "apply_all",
            QT_TRANSLATE_NOOP("Actions", "Apply settings to a&ll photos"),
            QT_TRANSLATE_NOOP("Actions", "Use this photo’s settings for all photos, and for those added later"),
            lambda window: window.workspace.apply_to_all(),
            ("Ctrl+Shift+A",),
            needs=Need.PHOTO,
        ),
        ActionRow(
            "remove",
            QT_TRANSLATE_NOOP("Actions", "Re&move from list"),
            QT_TRANSLATE_NOOP("Actions", "Take the selected photos out of the list; the files stay"),
            lambda window: window.list_actions.remove(),
            ("Del",),
            "remove",
            needs=Need.SELECTION,
        ),
    ),
)
