"""Pictures of answers to stored queries: laid out by pure functions, written as SVG by a template."""
