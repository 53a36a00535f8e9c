from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.errors import DeviceProblem, DeviceUnavailable, OutOfMemory
from models.predict.device import DeviceReport, Setup, cpu_has_native_bf16, fallbacks, unused_gpu, why_not
from models.predict.runner import Run, Runner, is_out_of_memory

FAST = Setup("cuda", "fp16")
SAFE = Setup("cuda", "fp32")
LAST = Setup("cpu", "fp32")
TRIAL = torch.zeros(1, 3, 4, 4)


class Machine:
    """Devices with limits: how many photos fit at once, and what each setup does to a photo."""

    def __init__(self, fits: dict[Setup, int], broken: dict[Setup, str] | None = None) -> None:
        self.fits = fits
        self.broken = broken or {}
        self.batches: list[tuple[Setup, int]] = []

    def make(self, setup: Setup) -> Run:
        if self.broken.get(setup) == "missing":
            raise RuntimeError("no kernel image is available\nand a long story")

        def run(x: Tensor) -> Tensor:
            if len(x) > self.fits[setup]:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")
            self.batches.append((setup, len(x)))
            bright = self.broken.get(setup) == "overflows" and x.max() > 1
            return torch.full_like(x[:, :1], float("nan")) if bright else x.mean(1, keepdim=True)

        return run


def photos(count: int) -> Tensor:
    return torch.arange(float(count)).reshape(count, 1, 1, 1).expand(count, 3, 4, 4)


def assert_in_order(result: Tensor, count: int) -> None:
    assert result.shape == (count, 1, 4, 4)
    assert result[:, 0, 0, 0].tolist() == list(range(count))


def says(report: DeviceReport) -> str:
    return f"{report}; {report.rejected}"


def test_the_best_setup_that_works_is_taken_and_nothing_is_rejected() -> None:
    machine = Machine({FAST: 8, LAST: 1})
    runner = Runner(machine.make, [FAST, LAST], TRIAL)
    assert runner.report == DeviceReport("cuda", "fp16", None)
    assert_in_order(runner(photos(20)), 20)
    assert [size for _, size in machine.batches[1:]] == [8, 8, 4]


def test_a_setup_that_cannot_be_made_is_given_up_and_named() -> None:
    machine = Machine({FAST: 8, LAST: 1}, {FAST: "missing"})
    report = Runner(machine.make, [FAST, LAST], TRIAL).report
    assert says(report) == "CPU fp32; CUDA fp16: PyTorch says “no kernel image is available”"
    assert str(report) == "CPU fp32"


def test_out_of_memory_halves_the_micro_batch_and_keeps_the_order() -> None:
    machine = Machine({FAST: 3, LAST: 1})
    runner = Runner(machine.make, [FAST, LAST], TRIAL)
    assert_in_order(runner(photos(11)), 11)
    assert {size for _, size in machine.batches[1:]} <= {1, 2}
    assert runner.report.device == "cuda"


def test_a_gpu_that_cannot_hold_one_photo_gives_way_to_the_cpu_and_says_so() -> None:
    machine = Machine({FAST: 8, LAST: 1})
    runner = Runner(machine.make, [FAST, LAST], TRIAL)
    machine.fits[FAST] = 0
    assert_in_order(runner(photos(5)), 5)
    assert says(runner.report) == "CPU fp32; CUDA fp16: out of memory"
    # And it stays there.
    machine.fits[FAST] = 8
    assert_in_order(runner(photos(2)), 2)
    assert runner.report.device == "cpu"


def test_values_beyond_16_bits_lead_to_32() -> None:
    machine = Machine({FAST: 8, SAFE: 8, LAST: 1}, {FAST: "overflows"})
    runner = Runner(machine.make, [FAST, SAFE, LAST], TRIAL)
    assert runner.report.precision == "fp16"
    assert_in_order(runner(photos(4)), 4)
    assert says(runner.report) == "CUDA fp32; CUDA fp16: it gave values that are no numbers"


def test_no_setup_left_is_an_error_in_words() -> None:
    machine = Machine({LAST: 1})
    runner = Runner(machine.make, [LAST], TRIAL)
    machine.fits[LAST] = 0
    with pytest.raises(OutOfMemory, match="CPU fp32"):
        runner(photos(1))
    with pytest.raises(DeviceUnavailable):
        Runner(Machine({}, {LAST: "missing"}).make, [LAST], TRIAL)


def test_other_failures_are_not_taken_for_a_lack_of_memory() -> None:
    def run(x: Tensor) -> Tensor:
        if len(x) and x.max() > 0:
            raise RuntimeError("a bug")
        return x[:, :1]

    runner = Runner(lambda _: run, [LAST], TRIAL)
    with pytest.raises(RuntimeError, match="a bug"):
        runner(photos(2))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("x"), True),
        (MemoryError(), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 3 GB)"), True),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes"),
            True,
        ),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
    ],
)
def test_words_for_a_lack_of_memory(error: BaseException, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_a_real_allocation_that_is_far_too_large_is_recognised() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**55)
    assert is_out_of_memory(caught.value)


def test_the_fallbacks_end_at_the_cpu_in_fp32() -> None:
    for wanted in ("auto", "cpu"):
        assert fallbacks(wanted)[-1] == LAST
    assert (Setup("cpu", "bf16") in fallbacks("cpu")) == cpu_has_native_bf16()
    assert fallbacks("cpu", "fp32") == [LAST]


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_refused_with_the_reason(device: str) -> None:
    reason = why_not(device)
    if reason is None:
        pytest.skip(f"this computer has {device}")
    with pytest.raises(DeviceUnavailable) as caught:
        fallbacks(device)
    assert str(reason) in str(caught.value)


def test_an_unknown_device_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="tpu"):
        fallbacks("tpu")


def test_no_gpu_means_nothing_to_report() -> None:
    if why_not("cuda") == DeviceProblem.NO_NVIDIA_GPU:
        assert unused_gpu() is None
