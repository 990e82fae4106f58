"""Sub-commands of `python -m bot`, one module each. Results go to stdout, logs and complaints to stderr."""
