"""Local training of the networks; knows neither Qt nor the command line."""
