"""Missions by kind of work, each with what both sides gain and promise."""

from __future__ import annotations

from alliance_site.demonstration.company.missions import making, running, serving
from alliance_site.demonstration.company.missions.mission import Mission

LIBRARY: dict[str, tuple[Mission, ...]] = {
    "software": making.SOFTWARE,
    "graduate": making.GRADUATE,
    "firmware": making.FIRMWARE,
    "data": making.DATA,
    "product": making.PRODUCT,
    "design": making.DESIGN,
    "field": serving.FIELD,
    "apprentice": serving.APPRENTICE,
    "success": serving.SUCCESS,
    "sales": serving.SALES,
    "lead": running.LEAD,
    "head": running.HEAD,
    "steward": running.STEWARD,
    "heir": running.STEWARD[2:],
    "finance": running.FINANCE,
    "people": running.PEOPLE,
    "office": running.OFFICE,
}
