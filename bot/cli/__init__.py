"""Sub-commands of `python -m bot`: each module registers its parsers; results go to stdout, logs to stderr."""
