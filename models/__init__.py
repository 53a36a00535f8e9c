"""Everything torch: networks, weights files, the catalogue of models, prediction and training."""
