"""The core of Mianjing: rules, use cases, storage and wiring. Only client.py and app.py know Discord."""

__version__ = "0.1.0"
