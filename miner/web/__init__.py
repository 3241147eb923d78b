"""The web door: Datasette over the corpus, read-only."""
