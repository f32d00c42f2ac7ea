"""Makes, checks, publishes and queries the Tongzhou knowledge graph."""
