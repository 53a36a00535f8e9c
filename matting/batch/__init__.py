"""Many photos: finding, naming, the pipeline of stages, the journal."""
