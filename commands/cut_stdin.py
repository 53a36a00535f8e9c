"""``kirie cut --stdin``: another program asks photo by photo, the model stays loaded."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from commands.cut_setup import check, load

_LONGEST_LINE = 64_000_000


def run(args: argparse.Namespace) -> int:
    """Answer each line of standard input with one of standard output until it ends; the exit status."""
    from commands.terminal.report import photo_as_json
    from matting.errors import BadRequest
    from matting.requests.answer import answer
    from matting.requests.request import read_request, request_id

    wanted = check(args)
    model, settings = load(args, wanted)
    _say({"type": "ready", "model": model.name, "device": model.device, "precision": model.precision})
    number = 0
    while line := sys.stdin.buffer.readline(_LONGEST_LINE):
        if not line.strip():
            continue
        try:
            request = read_request(line, settings)
        except BadRequest as error:
            _say({"type": "error", "id": request_id(line), "error": str(error), "error_type": type(error).__name__})
            continue
        result = answer(request, wanted.output, model.predictor, model.name, number)
        _say({"id": request.id, **photo_as_json(result)})
        number += 1
    return 0


def _say(content: dict[str, Any]) -> None:
    print(json.dumps(content), flush=True)
