"""Documents of linked data: what the graph says of one thing, at `/data/<type>/<slug>.<suffix>`."""
