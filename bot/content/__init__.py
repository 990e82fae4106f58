"""Readers of the content folder: questions, topics, jobs, locales. Each reports every fault with file and line."""
