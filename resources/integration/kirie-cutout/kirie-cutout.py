#!/usr/bin/env python3
"""A plug-in for GIMP 3: cuts the subject out of the selected layer and adds what was found as its layer mask.

Copy the folder ``kirie-cutout`` into a folder of *Edit, Preferences, Folders, Plug-ins* (on Linux and macOS the file
must be executable) and start GIMP again; the command is *Layer, Mask, Cut Out with Kirie*. Kirie is looked for on the
PATH and where its installers put it; the environment variable ``KIRIE`` names another one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PROCEDURE = "kirie-cutout"
_USUAL_PLACES = (
    Path(os.environ.get("LOCALAPPDATA", "")) / "Programs/Kirie/kirie-cli.exe",
    Path("/Applications/Kirie.app/Contents/MacOS/kirie"),
    Path.home() / "kirie/.venv/bin/kirie",
)


def find_kirie() -> str | None:
    """Return the command line program; ``None`` where there is none."""
    named = os.environ.get("KIRIE")
    found = named or shutil.which("kirie-cli") or shutil.which("kirie")
    return found or next((str(place) for place in _USUAL_PLACES if place.is_file()), None)


def make_mask(program: str, photo: Path, mask: Path, *options: str) -> str | None:
    """Let Kirie write the mask of a photo; returns a sentence that says what went wrong, ``None`` when nothing did."""
    request = {"source": str(photo), "outputs": {"mask": str(mask)}}
    no_console = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only
    command = [program, "cut", "--stdin", "-o", str(mask.parent), *options]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(request).encode() + b"\n",
            capture_output=True,
            check=False,
            creationflags=no_console,
        )
        _ready, answer = (json.loads(line) for line in done.stdout.splitlines())
    except OSError as error:
        return f"Kirie could not be started: {error}"
    except ValueError:
        return done.stderr.decode("utf-8", "replace").strip() or "Kirie ended without an answer."
    if answer.get("error"):
        return str(answer["error"])
    if not answer["outputs"]:
        return "No subject was found in this layer."
    return None


def plug_in() -> type[Any]:
    """Return the plug-in's class; GIMP's libraries are only there inside GIMP."""
    import gi

    gi.require_version("Gimp", "3.0")
    gi.require_version("Gegl", "0.4")
    from gi.repository import Gegl, Gimp, Gio, GLib

    def add_mask(layer: Any, grey: Path) -> None:
        loaded = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(grey)))
        area = Gegl.Rectangle.new(0, 0, layer.get_width(), layer.get_height())
        values = loaded.get_layers()[0].get_buffer().get(area, 1.0, "Y' u8", Gegl.AbyssPolicy.NONE)
        loaded.delete()
        if layer.get_mask() is not None:
            layer.remove_mask(Gimp.MaskApplyMode.DISCARD)
        mask = layer.create_mask(Gimp.AddMaskType.WHITE)
        layer.add_mask(mask)
        buffer = mask.get_buffer()
        buffer.set(area, "Y u8", bytes(values))  # as they are: a mask's values are opacities, no light
        buffer.flush()
        mask.update(0, 0, area.width, area.height)

    def save_layer(layer: Any, target: Path) -> None:
        alone = Gimp.Image.new(layer.get_width(), layer.get_height(), layer.get_image().get_base_type())
        copy = Gimp.Layer.new_from_drawable(layer, alone)
        alone.insert_layer(copy, None, 0)
        copy.set_offsets(0, 0)
        if copy.get_mask() is not None:
            copy.remove_mask(Gimp.MaskApplyMode.DISCARD)
        Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, alone, Gio.File.new_for_path(str(target)), None)
        alone.delete()

    class KirieCutout(Gimp.PlugIn):  # type: ignore[misc]
        """What GIMP asks: which procedures there are, and to run one."""

        def do_query_procedures(self) -> list[str]:
            """Name the procedures."""
            return [PROCEDURE]

        def do_set_i18n(self, _name: str) -> bool:
            """Say that the texts are not translated."""
            return False

        def do_create_procedure(self, name: str) -> Any:
            """Describe the procedure."""
            procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, self.run, None)
            procedure.set_image_types("RGB*, GRAY*")
            procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
            procedure.set_menu_label("Cut Out with _Kirie")
            procedure.add_menu_path("<Image>/Layer/Mask")
            procedure.set_documentation("Cut out the subject", "Adds a layer mask that leaves the subject.", name)
            procedure.set_attribution("The Kirie authors", "The Kirie authors", "2026")
            return procedure

        def run(self, procedure: Any, _mode: Any, image: Any, drawables: Any, _config: Any, _data: Any) -> Any:
            """Add the mask to the selected layer."""
            problem = self.cut(image, drawables)
            if problem is None:
                Gimp.displays_flush()
                return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())
            return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, GLib.Error(problem))

        def cut(self, image: Any, drawables: Any) -> str | None:
            """Return a sentence that says what went wrong, ``None`` when nothing did."""
            program = find_kirie()
            if program is None:
                return "Kirie was not found; put it on the PATH, or name it in the environment variable KIRIE."
            if len(drawables) != 1 or not isinstance(drawables[0], Gimp.Layer):
                return "Select one layer."
            Gimp.progress_init("Cutting out with Kirie")
            with tempfile.TemporaryDirectory() as folder:
                photo, grey = Path(folder) / "layer.png", Path(folder) / "mask.png"
                save_layer(drawables[0], photo)
                problem = make_mask(program, photo, grey)
                if problem is not None:
                    return problem
                image.undo_group_start()
                try:
                    add_mask(drawables[0], grey)
                finally:
                    image.undo_group_end()
            return None

    return KirieCutout


if __name__ == "__main__":
    plug_in_class = plug_in()
    from gi.repository import Gimp

    Gimp.main(plug_in_class.__gtype__, sys.argv)
