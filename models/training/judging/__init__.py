"""How good a model is, and whether training made it better."""
