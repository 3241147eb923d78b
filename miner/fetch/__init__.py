"""Polite HTTP: what every crawled page passes through. `miner.fetch.client.open_web` is the way in."""
