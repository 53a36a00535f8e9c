"""A trained network mixed with its start: one number from everything that the start knew to what the user taught.

Source: Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022: between the parameters of a network and
those that it was fine-tuned to, there are ones that know nearly all of both.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.catalogue.catalogue import find_model
from models.networks.weights import Weights, load_weights, save_weights
from models.training.errors import CannotMix
from models.training.run_folder import RunFolder
from models.training.settings import SCRATCH, TrainSettings


def mix_weights(start: Weights, trained: Weights, share: float) -> Weights:
    """Return parameters ``share`` of the way from the start, 0, to the trained ones, 1; both of one network."""
    state = {name: start.state[name].float().lerp(after.float(), share) for name, after in trained.state.items()}
    return replace(trained, state=state)


def mix_run(run: RunFolder, share: float) -> Path:
    """Write a run's best weights, mixed with those it started from, beside them, and return the file.

    Raises ``CannotMix`` for a run from scratch, to other classes or without weights yet; ``RunMissing``,
    ``RunDamaged``, ``UnknownModel``, ``WeightsError`` and ``WriteError`` types.
    """
    settings = run.read_settings()
    if settings.start == SCRATCH or not run.model.is_file():
        raise CannotMix(name=run.name)
    trained = load_weights(run.model)
    mixed = mix_weights(start_of(run.name, settings, trained), trained, share)
    info = replace(
        mixed.info,
        provenance=f"{mixed.info.provenance} Mixed with its start: {share:.2f} of the way to what it learned.",
        extra={**mixed.info.extra, "mix": share},
    )
    file = run.path / f"{run.name}-mixed.safetensors"
    save_weights(file, mixed.state, info)
    return file


def start_of(name: str, settings: TrainSettings, trained: Weights) -> Weights:
    """Load what a run started from. Raises ``CannotMix`` where its layers are others, and ``find_model``'s errors."""
    start = load_weights(find_model(settings.start).file)
    shapes = {key: tensor.shape for key, tensor in start.state.items()}
    if shapes != {key: tensor.shape for key, tensor in trained.state.items()}:
        raise CannotMix(name=name)
    return start
