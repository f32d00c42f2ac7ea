"""The browse page: actions by facets with counts, as a plain form; the same rows as CSV, JSON and Turtle."""
