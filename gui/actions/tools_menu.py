"""The Tools and Help menus: modes, training, settings, and where to read more."""

from __future__ import annotations

from gui.actions.row import ActionRow, MenuTable
from gui.look.translation import QT_TRANSLATE_NOOP
from matting.settings import Mode

TOOLS = MenuTable(
    QT_TRANSLATE_NOOP("Actions", "&Tools"),
    (
        ActionRow(
            "mode_cutout",
            QT_TRANSLATE_NOOP("Actions", "&Cutouts"),
            QT_TRANSLATE_NOOP("Actions", "Cut subjects out of photos"),
            lambda window: window.chooser.use_mode(Mode.CUTOUT),
            ("Ctrl+Alt+1",),
            "cut",
            group="mode",
            checked=lambda workspace: workspace.mode is Mode.CUTOUT,
        ),
        ActionRow(
            "mode_vessel",
            QT_TRANSLATE_NOOP("Actions", "&Retina photos"),
            QT_TRANSLATE_NOOP("Actions", "Find the blood vessels and measure them"),
            lambda window: window.chooser.use_mode(Mode.VESSEL),
            ("Ctrl+Alt+2",),
            "model",
            group="mode",
            checked=lambda workspace: workspace.mode is Mode.VESSEL,
        ),
        None,
        ActionRow(
            "train",
            QT_TRANSLATE_NOOP("Actions", "&Teach Kirie…"),
            QT_TRANSLATE_NOOP("Actions", "Let Kirie learn from your corrections, on this computer"),
            lambda window: window.training.open(),
            ("Ctrl+T",),
            "train",
        ),
        None,
        ActionRow(
            "settings",
            QT_TRANSLATE_NOOP("Actions", "&Settings…"),
            QT_TRANSLATE_NOOP("Actions", "Language, theme, models and device"),
            lambda window: window.dialogs.settings(),
            ("Ctrl+,",),
            "settings",
        ),
    ),
)

HELP = MenuTable(
    QT_TRANSLATE_NOOP("Actions", "&Help"),
    (
        ActionRow(
            "shortcuts",
            QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"),
            QT_TRANSLATE_NOOP("Actions", "All keys on one sheet"),
            lambda window: window.dialogs.shortcuts(),
            ("F1",),
            "keyboard",
        ),
        ActionRow(
            "log",
            QT_TRANSLATE_NOOP("Actions", "Show the &log"),
            QT_TRANSLATE_NOOP("Actions", "What went wrong in detail, to read or to send"),
            lambda window: window.dialogs.log(),
            (),
            "log",
        ),
        ActionRow(
            "about",
            QT_TRANSLATE_NOOP("Actions", "&About Kirie"),
            QT_TRANSLATE_NOOP("Actions", "Versions and licences"),
            lambda window: window.dialogs.about(),
            (),
            "about",
        ),
    ),
)
