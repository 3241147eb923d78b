"""Every question that the doors can ask; each takes the store and the filters and gives an Answer."""

from __future__ import annotations

from miner.jobs.ask_popularity import popularity, together, trends
from miner.jobs.ask_search import search
from miner.jobs.ask_show import show
from miner.jobs.ask_similar import similar
from miner.jobs.ask_sql import sql
from miner.jobs.ask_status import status
from miner.jobs.ask_why import why
from miner.jobs.ask_winners import winners

__all__ = ["popularity", "search", "show", "similar", "sql", "status", "together", "trends", "why", "winners"]
