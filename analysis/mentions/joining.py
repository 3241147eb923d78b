"""How components of other packages join the pipeline: by an entry point in the group `solution_miner.components`.

    [project.entry-points.spacy_factories]
    my_names = "my_package:make_component"
    [project.entry-points."solution_miner.components"]
    my_names = "my_package:make_component"

The name is that of a spaCy factory. It is added behind `miner_names` and may add spans to `doc.spans["architectures"]`:
the label is a catalogue id, or "" for an architecture that the catalogue lacks, `span.id_` its name. Claims are stamped
with each component's name and version, so that installing, upgrading or removing one makes them stale.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

GROUP = "solution_miner.components"


@cache
def joining() -> tuple[EntryPoint, ...]:
    """Components of other packages, by name."""
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def joining_stamp() -> str:
    """What they add to the stamp of claims: "+name-version" for each; "" where there are none."""
    return "".join(f"+{point.name}-{point.dist.version if point.dist else 'unknown'}" for point in joining())
