"""Code to start prototyping with: templates of our own, filled with names from the catalogue."""
