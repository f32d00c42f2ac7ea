"""The stored queries for programs: `/api/query`, their answers in JSON, CSV and TSV, and the description of all of it."""
