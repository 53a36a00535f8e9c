"""The line for the name template, with an example that follows every key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from gui.inspector.section import note
from gui.look.error_text import sentence
from gui.look.roles import set_role
from gui.widgets.describe import describe
from matting.errors import KirieError
from matting.settings import DEFAULT_TEMPLATE, Format


class TemplateLine(QWidget):
    """``template_changed(str | None)``: a template that is valid; ``None`` for an empty line, the default name."""

    template_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stem, self._model, self._kind, self._format = "photo", "model", "cutout", Format.PNG
        self.label = QLabel(self.tr("Name"))
        self._line = QLineEdit()
        self._line.setPlaceholderText(DEFAULT_TEMPLATE)
        tip = self.tr("Names of the files; {stem}, {kind}, {model} and {index} are filled in, / makes a folder")
        describe(self._line, "name-template", self.tr("Name template"), tip)
        self.label.setBuddy(self._line)
        self._insert = QToolButton()
        self._insert.setText("{ }")
        self._insert.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        describe(
            self._insert, "insert-field", self.tr("Insert a field"), self.tr("Insert what differs from file to file")
        )
        self._menu = self._fields_menu()
        self._insert.clicked.connect(self._open_menu)
        self._example = note()
        self._example.setObjectName("name-example")
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.label, self._line, self._insert):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._example)
        self._line.textEdited.connect(self._edited)
        self._check()

    def set_template(self, template: str | None) -> None:
        """Show a template without telling anybody; what the user is typing is left alone."""
        if (template or "") != self._line.text() and not (self._line.hasFocus() and not self._check()):
            self._line.setText(template or "")
            self._check()

    def set_example(self, stem: str, model: str) -> None:
        """Set the photo and model that the example is made of."""
        self._stem, self._model = stem or "photo", model or "model"
        self._check()

    def set_kind(self, kind: str, format: Format) -> None:
        """Set what kind of file the example is."""
        self._kind, self._format = kind, format
        self._check()

    def _fields_menu(self) -> QMenu:
        menu = QMenu(self)
        for field, meaning in (
            ("{stem}", self.tr("the photo's name")),
            ("{kind}", self.tr("cutout, mask or probability")),
            ("{model}", self.tr("the model's name")),
            ("{index}", self.tr("the photo's number")),
        ):
            action = menu.addAction(f"{field}   {meaning}")
            action.triggered.connect(lambda _=False, text=field: self._insert_field(text))
        return menu

    def _open_menu(self) -> None:
        self._menu.popup(self._insert.mapToGlobal(self._insert.rect().bottomLeft()))

    def _insert_field(self, field: str) -> None:
        self._line.insert(field)
        self._line.setFocus()
        self._edited()

    def _edited(self) -> None:
        if self._check():
            self.template_changed.emit(self._line.text() or None)

    def _check(self) -> bool:
        """Show the example, or what is wrong; whether the template is valid."""
        from matting.batch.output_names import example_name

        try:
            text = "→ " + example_name(self._line.text() or None, self._kind, self._format, self._stem, self._model)
            good = True
        except KirieError as error:
            text, good = sentence(error), False
        self._example.setText(text)
        set_role(self._example, "caption" if good else "error")
        return good
