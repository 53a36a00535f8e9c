"""Import this to know every error type and every phrase by name, as reading stored errors needs; loads no torch."""

from __future__ import annotations

import matting.presets.errors  # noqa: F401
import models.catalogue.errors
import models.download.errors
import models.errors
import models.predict.onnx_errors
import models.training.errors
import models.training.phrases  # noqa: F401
