"""A small server with planned faults, and a clock that only moves when told."""
