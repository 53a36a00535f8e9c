"""From a photo to its probability map: device, precision, tiles, further looks, ONNX models."""
