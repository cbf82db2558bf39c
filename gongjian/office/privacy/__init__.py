"""Personal data: what is held and why, how long, and how it is ended. No models."""
