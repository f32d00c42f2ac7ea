"""Serves the Tongzhou knowledge graph: the SPARQL endpoint, the pages and the command line."""
