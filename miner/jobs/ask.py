"""Every question that the doors can ask; each takes the store and the filters and gives an Answer."""

from __future__ import annotations

from miner.jobs.ask_choose import choose, starter_code
from miner.jobs.ask_compare import compare
from miner.jobs.ask_dropped import dropped
from miner.jobs.ask_groups import popularity_per, together_per
from miner.jobs.ask_lift import lift
from miner.jobs.ask_popularity import popularity, together, trends
from miner.jobs.ask_reading import ReadingChoice, reading_list
from miner.jobs.ask_search import search
from miner.jobs.ask_show import show
from miner.jobs.ask_similar import similar
from miner.jobs.ask_sql import sql
from miner.jobs.ask_status import status
from miner.jobs.ask_why import why
from miner.jobs.ask_winners import WinnersChoice, winners
from miner.jobs.ask_yearly import yearly

__all__ = [
    "ReadingChoice",
    "WinnersChoice",
    "choose",
    "compare",
    "dropped",
    "lift",
    "popularity",
    "popularity_per",
    "reading_list",
    "search",
    "show",
    "similar",
    "sql",
    "starter_code",
    "status",
    "together",
    "together_per",
    "trends",
    "why",
    "winners",
    "yearly",
]
