"""The description of the service for programs, at `/openapi.json`: OpenAPI 3.1, made from the catalogue and the data."""
