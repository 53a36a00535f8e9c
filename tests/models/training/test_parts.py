"""Losses, the average, events and schedule, each by itself; and a team of two processes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from models.training.events import Command, JsonLines, Notice, Stepped, parse_command
from models.training.judging.strips import SIDE, paint, write_strip
from models.training.judging.verdict import compare
from models.training.phrases import FindingDetail
from models.training.schedule import Plan
from models.training.settings import Augmentation, Source, TrainSettings
from models.training.steps.ema import Average
from models.training.steps.losses import training_loss
from tests.models.training.make_data import disc, make_dataset

ROOT = Path(__file__).resolve().parents[3]


def test_every_output_is_learned_from_the_sides_by_weight() -> None:
    target = (torch.rand(2, 1, 8, 8) > 0.5).float()
    fused, side = torch.randn(2, 1, 8, 8), torch.randn(2, 1, 8, 8)
    loss = training_loss([fused, side, side], target, side_weight=0.5, soft_iou=0.0)
    expected = F.binary_cross_entropy_with_logits(fused, target) + F.binary_cross_entropy_with_logits(side, target)
    assert loss == pytest.approx(float(expected))


def test_the_soft_overlap_vanishes_for_a_perfect_map() -> None:
    target = (torch.rand(2, 2, 8, 8) > 0.5).float()
    perfect, wrong = (target - 0.5) * 100, (0.5 - target) * 100
    assert training_loss(perfect, target, soft_iou=1.0) == pytest.approx(0.0, abs=1e-4)
    overlap = training_loss(wrong, target, soft_iou=1.0) - training_loss(wrong, target, soft_iou=0.0)
    assert 0.9 < float(overlap) <= 1.0


def test_pixels_outside_the_field_teach_nothing() -> None:
    inside = torch.zeros(1, 1, 8, 8)
    inside[..., :4] = 1
    target = (torch.rand(1, 1, 8, 8) > 0.5).float()
    logits = torch.randn(1, 1, 8, 8, requires_grad=True)
    training_loss(logits, target, inside).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert logits.grad[..., 4:].abs().max() == 0
    assert logits.grad[..., :4].abs().min() > 0
    other = logits.detach().clone()
    other[..., 4:] += 3
    assert torch.allclose(training_loss(logits, target, inside), training_loss(other, target, inside))


def test_the_average_follows_parameters_and_statistics() -> None:
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    average = Average(network, 0.5)
    with torch.no_grad():
        network[0].weight.fill_(4.0)
        network[1].running_mean.fill_(2.0)
    for _ in range(200):
        average.update(network)
    state = average.network.state_dict()
    assert state["0.weight"].allclose(torch.tensor(4.0))
    assert state["1.running_mean"].allclose(torch.tensor(2.0))
    assert not average.network.training


def test_settings_survive_json() -> None:
    settings = TrainSettings(
        (Source(Path("a"), 3.0), Source(Path("b"))),
        sizes=(96, 128),
        val=Path("judged"),
        minutes=2.5,
        epochs=None,
        augmentation=Augmentation(elastic=0.7),
    )
    assert TrainSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_the_schedule_rises_then_falls_to_nearly_nothing() -> None:
    plan = Plan(TrainSettings((), epochs=10, lr=1.0, warmup=0.1), steps_per_epoch=10)
    rates = []
    while not plan.complete:
        rates.append(plan.lr)
        plan.stepped(0.1)
    assert len(rates) == 100
    assert 0 < rates[0] < 0.1
    assert max(rates) == pytest.approx(1.0)
    assert rates.index(max(rates)) == 10
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.02


@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_by_time_slow_and_fast_computers_end_on_time(seconds: float) -> None:
    plan = Plan(TrainSettings((), epochs=None, minutes=2.0, lr=1.0), steps_per_epoch=10)
    while not plan.complete:
        plan.stepped(seconds)
        if plan.epoch_ends:
            plan.judged(8.0)
    assert 110 <= plan.spent <= 121
    assert plan.lr < 0.02


def test_time_asleep_is_not_spent() -> None:
    plan = Plan(TrainSettings((), epochs=None, minutes=2.0), steps_per_epoch=10)
    for seconds in (1.0, 1.0, 3600.0, 1.0):
        plan.stepped(seconds)
    assert plan.spent == 4.0
    assert plan.step == 4


def test_events_and_commands_are_lines_of_json() -> None:
    out = io.StringIO()
    channel = JsonLines(out, io.StringIO('{"command": "pause"}\nnonsense\n{"command": "dance"}\n{"command": "stop"}\n'))
    channel.emit(Notice(FindingDetail.FILES(names="“α”")))
    channel.emit(Stepped(1, 0, 0.5, 0.001, 32, 10.0, 0.1, 9.0))
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["event"] == "notice"
    assert first["message"] == {"phrase": "FindingDetail.FILES", "facts": {"names": "“α”"}, "text": "“α”"}
    assert (second["event"], second["step"], second["remaining_s"]) == ("stepped", 1, 9.0)
    assert [channel.wait(), channel.wait()] == [Command.PAUSE, Command.STOP]
    assert channel.poll() is None
    assert parse_command("[]") is None


def test_a_reader_that_went_away_stops_no_training() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as broken:
        channel = JsonLines(broken)
        for _ in range(3):
            channel.emit(Notice(FindingDetail.FILES(names="x" * 100_000)))
        # Leave nothing in the buffer that closing would try to write again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), broken.fileno())


def test_a_strip_shows_photo_target_and_prediction(tmp_path: Path) -> None:
    rgb, mask = disc(1)
    target = mask[None].astype(np.float32) / 255
    path = tmp_path / "strips" / "epoch-0001.png"
    write_strip(path, [(rgb, target, target * 0), (rgb, target, target)])
    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape == (2 * SIDE + 4, 3 * SIDE + 8, 3)
    shown, drawn, found = (picture[:, start : start + SIDE] for start in (0, SIDE + 4, 2 * (SIDE + 4)))
    above, below = slice(0, SIDE), slice(SIDE + 4, None)
    assert set(np.unique(found[above])) <= {0, 128}, "nothing found above; the ground around it is grey"
    assert drawn[above].max() > 200, "the target is there all the same"
    assert np.array_equal(drawn[above], drawn[below])
    assert np.array_equal(drawn[below], found[below]), "below the prediction is the target"
    assert np.array_equal(shown[above], shown[below])
    middle = slice(SIDE // 2 - 20, SIDE // 2 + 20)
    part = rgb[16:24, 20:28].mean(axis=(0, 1))
    assert shown[middle, middle, ::-1].mean(axis=(0, 1)) == pytest.approx(part, abs=25), "the photo on the left"


def test_classes_have_colours() -> None:
    map_ = np.zeros((2, SIDE, SIDE), np.float32)
    map_[0, : SIDE // 2], map_[1, SIDE // 2 :] = 1, 1
    picture = paint(map_)
    assert tuple(picture[10, 10]) != tuple(picture[-10, 10])


def test_the_verdict_is_in_plain_words() -> None:
    scores, before = {"max_f": 0.95, "mae": 0.03, "iou": 0.9}, {"max_f": 0.80, "mae": 0.10, "iou": 0.7}
    kind, sentence = compare("cutout", scores, before, 12)
    assert kind == "better"
    assert str(sentence).startswith("Better than the model it started from, on 12 photos kept aside (F 0.800 → 0.950")
    assert compare("cutout", before, scores, 12)[0] == "worse"
    assert compare("cutout", scores, scores, 12)[0] == "same"
    assert str(compare("vessel", {}, None, 4)[1]).startswith("Stopped before")


def test_two_processes_learn_one_model(tmp_path: Path) -> None:
    folder = make_dataset(tmp_path / "discs", 6)
    arguments = f"train {folder} --network unet --width 4 --mode cutout --size 32 --batch 2 --draws 8 --epochs 2 --json"
    runner = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*runner, str(ROOT / "main.py"), *arguments.split(), "--runs", str(tmp_path / "runs"), "--name", "two"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    names = [event["event"] for event in events]
    assert names.count("stepped") == 4  # told once, not by each process
    assert names.count("finished") == 1
    (started,) = [event for event in events if event["event"] == "started"]
    assert (started["batch"], started["steps_per_epoch"]) == (4, 2)
    assert (tmp_path / "runs" / "two" / "two.safetensors").is_file()
