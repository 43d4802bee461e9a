"""The demo's fairs: five municipalities, calls for invented groups alone, a cancelled date."""

from pathlib import Path

import sqlalchemy as sa

from app.demo import examples, fairs
from app.fairs.models import Announcement, Application, Assignment, BarterPost, Call, Fair, Occurrence
from app.kernel.schema import table
from app.people.models import Organisation

FAIR, CALL, APPLICATION, ASSIGNMENT = table(Fair), table(Call), table(Application), table(Assignment)
OCCURRENCE, ORGANISATION = table(Occurrence), table(Organisation)
BRINGS, POST = table(Announcement), table(BarterPost)
_APPLICANTS = sa.select(ORGANISATION.c.name).join(
    APPLICATION, APPLICATION.c.organisation_id == ORGANISATION.c.id
)


async def test_only_invented_groups_ask_for_stalls(tmp_path: Path) -> None:
    async with await examples.played(tmp_path / "demo.db", examples.AT) as db:
        applicants = [row["name"] for row in await db.all(_APPLICANTS)]
        organisers = await db.value(sa.select(sa.func.count(sa.distinct(FAIR.c.organiser_id))))
        countries = await db.all(sa.select(FAIR.c.country).distinct().order_by(FAIR.c.country))
        calls = await db.all(sa.select(CALL.c.state).order_by(CALL.c.state))
        cancelled = await db.value(
            sa.select(sa.func.count()).select_from(OCCURRENCE).where(OCCURRENCE.c.state == "cancelled")
        )
        brings, posts = [
            await db.value(sa.select(sa.func.count()).select_from(each)) for each in (BRINGS, POST)
        ]
        stands = await db.all(sa.select(ASSIGNMENT.c.state).distinct().order_by(ASSIGNMENT.c.state))

    assert len(set(applicants)) == 60
    assert all(name.endswith("(demostración)") for name in applicants)
    assert organisers == len({held.organiser for held in fairs.HELD}) == 5
    assert [row["country"] for row in countries] == ["BO", "CL", "PE"]
    assert {row["state"] for row in calls} == {"draft", "final", "published", "reviewed"}
    assert (cancelled, posts) == (1, 5)
    assert brings > 40
    assert [row["state"] for row in stands] == ["checked_in", "confirmed", "declined", "offered"]
