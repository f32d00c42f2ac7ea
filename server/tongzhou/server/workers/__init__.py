"""Processes that answer queries: killable, without a network, over a snapshot that never changes."""
