"""A package, so that fixtures of its scope, the browser among them, end with its last test: Playwright keeps an event loop."""
