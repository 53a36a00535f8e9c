"""Everything a user can do by menu or key: one table, from which actions, menus and the shortcuts sheet are made."""

from __future__ import annotations

from dataclasses import dataclass

from gui.look.translation import QT_TRANSLATE_NOOP


@dataclass(frozen=True)
class ActionRow:
    """One action. ``slot`` is a path of attributes from the window; ``group`` makes it one of several to choose from.

    ``needs`` names what must be there: ``photos`` in the list, a ``photo`` looked at, a ``selection``, a ``cutout``.
    """

    id: str
    text: str
    tip: str
    slot: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    needs: str = ""


@dataclass(frozen=True)
class MenuTable:
    """One menu; ``None`` among the rows is a separator."""

    title: str
    rows: tuple[ActionRow | None, ...]


MENUS: tuple[MenuTable, ...] = (
    MenuTable(
        QT_TRANSLATE_NOOP("Actions", "&File"),
        (
            ActionRow(
                "add_photos",
                QT_TRANSLATE_NOOP("Actions", "Add &photos…"),
                QT_TRANSLATE_NOOP("Actions", "Choose photos to cut out"),
                "choosing.add_photos",
                ("Ctrl+O",),
                "add-photos",
            ),
            ActionRow(
                "add_folder",
                QT_TRANSLATE_NOOP("Actions", "Add &folder…"),
                QT_TRANSLATE_NOOP("Actions", "Choose a folder; its subfolders are taken along"),
                "choosing.add_folder",
                ("Ctrl+Shift+O",),
                "add-folder",
            ),
            ActionRow(
                "samples",
                QT_TRANSLATE_NOOP("Actions", "Try the &sample photos"),
                QT_TRANSLATE_NOOP("Actions", "Add a few photos that come with Kirie"),
                "choosing.add_samples",
                (),
                "star",
            ),
            None,
            ActionRow(
                "start",
                QT_TRANSLATE_NOOP("Actions", "&Cut out all waiting photos"),
                QT_TRANSLATE_NOOP("Actions", "Cut out every photo that is waiting"),
                "batching.start",
                ("Ctrl+Return",),
                "cut",
                needs="photos",
            ),
            ActionRow(
                "start_selected",
                QT_TRANSLATE_NOOP("Actions", "Cut out the se&lected photos"),
                QT_TRANSLATE_NOOP("Actions", "Cut out only what is selected in the list, again if need be"),
                "choosing.cut_selected",
                ("Ctrl+E",),
                "cut",
                needs="selection",
            ),
            ActionRow(
                "retry",
                QT_TRANSLATE_NOOP("Actions", "&Retry failed photos"),
                QT_TRANSLATE_NOOP("Actions", "Try the photos that failed once more"),
                "batching.retry_failed",
                ("Ctrl+R",),
                "retry",
                needs="photos",
            ),
            ActionRow(
                "pause",
                QT_TRANSLATE_NOOP("Actions", "&Pause or resume"),
                QT_TRANSLATE_NOOP("Actions", "Hold the batch after the photos under way, or let it go on"),
                "batching.toggle_pause",
                ("Ctrl+P",),
                "pause",
                needs="batch",
            ),
            ActionRow(
                "cancel",
                QT_TRANSLATE_NOOP("Actions", "Cancel the &batch"),
                QT_TRANSLATE_NOOP("Actions", "Stop within a photo; what is done stays done"),
                "batching.cancel",
                ("Ctrl+.",),
                "cancel",
                needs="batch",
            ),
            None,
            ActionRow(
                "reveal",
                QT_TRANSLATE_NOOP("Actions", "Show in file &manager"),
                QT_TRANSLATE_NOOP("Actions", "Show the cutout, or the photo while there is none, in its folder"),
                "choosing.reveal",
                ("Ctrl+Shift+R",),
                "folder",
                needs="photo",
            ),
            ActionRow(
                "open_output",
                QT_TRANSLATE_NOOP("Actions", "Open the &output folder"),
                QT_TRANSLATE_NOOP("Actions", "Open the folder that cutouts are written to"),
                "choosing.open_output",
                ("Ctrl+Shift+E",),
                "folder",
            ),
            None,
            ActionRow(
                "quit",
                QT_TRANSLATE_NOOP("Actions", "&Quit"),
                QT_TRANSLATE_NOOP("Actions", "Close Kirie; everything is kept for the next time"),
                "close",
                ("Ctrl+Q",),
                "quit",
            ),
        ),
    ),
    MenuTable(
        QT_TRANSLATE_NOOP("Actions", "&Edit"),
        (
            ActionRow(
                "undo",
                QT_TRANSLATE_NOOP("Actions", "&Undo stroke"),
                QT_TRANSLATE_NOOP("Actions", "Take back the last stroke"),
                "desk.undo",
                ("Ctrl+Z",),
                "undo",
                needs="photo",
            ),
            ActionRow(
                "redo",
                QT_TRANSLATE_NOOP("Actions", "&Redo stroke"),
                QT_TRANSLATE_NOOP("Actions", "Paint the stroke again that was taken back"),
                "desk.redo",
                ("Ctrl+Shift+Z", "Ctrl+Y"),
                "redo",
                needs="photo",
            ),
            None,
            ActionRow(
                "copy",
                QT_TRANSLATE_NOOP("Actions", "&Copy cutout"),
                QT_TRANSLATE_NOOP("Actions", "Copy the cutout with its transparency, in full size"),
                "handing.copy",
                ("Ctrl+C",),
                "copy",
                needs="photo",
            ),
            ActionRow(
                "paste",
                QT_TRANSLATE_NOOP("Actions", "&Paste photos"),
                QT_TRANSLATE_NOOP("Actions", "Add a picture, files or folders from the clipboard"),
                "choosing.paste",
                ("Ctrl+V",),
                "paste",
            ),
            None,
            ActionRow(
                "select_all",
                QT_TRANSLATE_NOOP("Actions", "Select &all photos"),
                QT_TRANSLATE_NOOP("Actions", "Select every photo that the list shows"),
                "panel.view.selectAll",
                ("Ctrl+A",),
                needs="photos",
            ),
            ActionRow(
                "apply_all",
                QT_TRANSLATE_NOOP("Actions", "Apply settings to a&ll photos"),
                QT_TRANSLATE_NOOP("Actions", "Use this photo’s settings for all photos, and for those added later"),
                "desk.apply_to_all",
                ("Ctrl+Shift+A",),
                needs="photo",
            ),
            ActionRow(
                "remove",
                QT_TRANSLATE_NOOP("Actions", "Re&move from list"),
                QT_TRANSLATE_NOOP("Actions", "Take the selected photos out of the list; the files stay"),
                "choosing.remove",
                ("Del",),
                "remove",
                needs="selection",
            ),
        ),
    ),
    MenuTable(
        QT_TRANSLATE_NOOP("Actions", "&View"),
        (
            ActionRow(
                "view_cutout",
                QT_TRANSLATE_NOOP("Actions", "&Cutout"),
                QT_TRANSLATE_NOOP("Actions", "The subject on a checkerboard or its new background"),
                "views.cutout",
                ("1",),
                "view-cutout",
                "view",
            ),
            ActionRow(
                "view_mask",
                QT_TRANSLATE_NOOP("Actions", "&Mask"),
                QT_TRANSLATE_NOOP("Actions", "The opacity as a grey picture"),
                "views.mask",
                ("2",),
                "view-mask",
                "view",
            ),
            ActionRow(
                "view_overlay",
                QT_TRANSLATE_NOOP("Actions", "&Overlay"),
                QT_TRANSLATE_NOOP("Actions", "The photo, with what is left out under a red film"),
                "views.overlay",
                ("3",),
                "view-overlay",
                "view",
            ),
            ActionRow(
                "view_original",
                QT_TRANSLATE_NOOP("Actions", "Ori&ginal"),
                QT_TRANSLATE_NOOP("Actions", "The photo as it is"),
                "views.original",
                ("4",),
                "view-original",
                "view",
            ),
            ActionRow(
                "view_split",
                QT_TRANSLATE_NOOP("Actions", "&Split"),
                QT_TRANSLATE_NOOP("Actions", "Before and after, with a line to drag"),
                "views.split",
                ("5",),
                "view-split",
                "view",
            ),
            None,
            ActionRow(
                "zoom_in",
                QT_TRANSLATE_NOOP("Actions", "Zoom &in"),
                QT_TRANSLATE_NOOP("Actions", "Show the photo larger"),
                "canvas.zoom_in",
                ("Ctrl++", "Ctrl+="),
                "zoom-in",
                needs="photo",
            ),
            ActionRow(
                "zoom_out",
                QT_TRANSLATE_NOOP("Actions", "Zoom o&ut"),
                QT_TRANSLATE_NOOP("Actions", "Show the photo smaller"),
                "canvas.zoom_out",
                ("Ctrl+-",),
                "zoom-out",
                needs="photo",
            ),
            ActionRow(
                "zoom_fit",
                QT_TRANSLATE_NOOP("Actions", "&Fit"),
                QT_TRANSLATE_NOOP("Actions", "Show the whole photo"),
                "canvas.zoom_fit",
                ("Ctrl+0",),
                "zoom-fit",
                needs="photo",
            ),
            ActionRow(
                "zoom_100",
                QT_TRANSLATE_NOOP("Actions", "&100 %"),
                QT_TRANSLATE_NOOP("Actions", "One pixel of the photo on one pixel of the screen"),
                "canvas.zoom_100",
                ("Ctrl+1",),
                "zoom-100",
                needs="photo",
            ),
            None,
            ActionRow(
                "next",
                QT_TRANSLATE_NOOP("Actions", "&Next photo"),
                QT_TRANSLATE_NOOP("Actions", "Look at the next photo in the list"),
                "choosing.next",
                ("Ctrl+Down", "PgDown"),
                "next",
                needs="photos",
            ),
            ActionRow(
                "previous",
                QT_TRANSLATE_NOOP("Actions", "&Previous photo"),
                QT_TRANSLATE_NOOP("Actions", "Look at the previous photo in the list"),
                "choosing.previous",
                ("Ctrl+Up", "PgUp"),
                "previous",
                needs="photos",
            ),
            ActionRow(
                "next_doubtful",
                QT_TRANSLATE_NOOP("Actions", "Next photo that wants a &look"),
                QT_TRANSLATE_NOOP("Actions", "Look at the next photo whose cutout is doubtful"),
                "choosing.next_doubtful",
                ("N",),
                "doubt",
                needs="photos",
            ),
            ActionRow(
                "previous_doubtful",
                QT_TRANSLATE_NOOP("Actions", "Previous photo that &wants a look"),
                QT_TRANSLATE_NOOP("Actions", "Look at the previous photo whose cutout is doubtful"),
                "choosing.previous_doubtful",
                ("Shift+N",),
                "doubt",
                needs="photos",
            ),
        ),
    ),
    MenuTable(
        QT_TRANSLATE_NOOP("Actions", "&Tools"),
        (
            ActionRow(
                "mode_cutout",
                QT_TRANSLATE_NOOP("Actions", "&Cutouts"),
                QT_TRANSLATE_NOOP("Actions", "Cut subjects out of photos"),
                "modes.cutout",
                ("Ctrl+Alt+1",),
                "cut",
                "mode",
            ),
            ActionRow(
                "mode_vessel",
                QT_TRANSLATE_NOOP("Actions", "&Vessels"),
                QT_TRANSLATE_NOOP("Actions", "Find the blood vessels in photos of the retina"),
                "modes.vessel",
                ("Ctrl+Alt+2",),
                "model",
                "mode",
            ),
            None,
            ActionRow(
                "train",
                QT_TRANSLATE_NOOP("Actions", "&Train a model…"),
                QT_TRANSLATE_NOOP("Actions", "Teach Kirie your own subjects, on this computer"),
                "training.open",
                ("Ctrl+T",),
                "train",
            ),
            None,
            ActionRow(
                "settings",
                QT_TRANSLATE_NOOP("Actions", "&Settings…"),
                QT_TRANSLATE_NOOP("Actions", "Language, theme, models and device"),
                "dialogs.settings",
                ("Ctrl+,",),
                "settings",
            ),
        ),
    ),
    MenuTable(
        QT_TRANSLATE_NOOP("Actions", "&Help"),
        (
            ActionRow(
                "shortcuts",
                QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"),
                QT_TRANSLATE_NOOP("Actions", "All keys on one sheet"),
                "dialogs.shortcuts",
                ("F1",),
                "keyboard",
            ),
            ActionRow(
                "log",
                QT_TRANSLATE_NOOP("Actions", "Show the &log"),
                QT_TRANSLATE_NOOP("Actions", "What went wrong in detail, to read or to send"),
                "dialogs.log",
                (),
                "log",
            ),
            ActionRow(
                "about",
                QT_TRANSLATE_NOOP("Actions", "&About Kirie"),
                QT_TRANSLATE_NOOP("Actions", "Versions and licences"),
                "dialogs.about",
                (),
                "about",
            ),
        ),
    ),
)
