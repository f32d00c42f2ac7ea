"""The server for language models (Model Context Protocol): a thin client of a Tongzhou server, in a process of its own."""
