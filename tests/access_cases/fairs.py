"""Fairs: public once published, changed by their organiser's publishers; here only the administrators are such."""

import sqlalchemy as sa

from app.fairs.models import CoOrganiser
from app.kernel.schema import table
from tests.access_cases import OK, Case, only, public, somebody
from tests.access_cases.world import KINDS, World
from tests.factories import fairs, places

_KEEPERS = only(hidden=())


async def _square(world: World) -> None:
    world.names["square"] = str(await places.place(world.db, world.id("network"), "Plaza"))


async def _fair(world: World) -> None:
    await _square(world)
    found = await fairs.row(world.db, world.id("network"), world.id("square"))
    world.names["fair"], world.names["date"] = map(str, found)


async def _fair_with_another(world: World) -> None:
    await _fair(world)
    async with world.db.tx() as tx:
        await tx.run(
            sa.insert(table(CoOrganiser)),
            fair_id=world.id("fair"),
            organisation_id=world.id("buyer"),
            accepted_at=None,
        )


_HIDDEN = only(hidden=("stranger", "buyer", "member", "coordinator", "secretary"), key=404)


async def _call(world: World) -> None:
    await _fair(world)
    found = await fairs.papers(
        world.db, world.id("fair"), world.id("date"), world.id("network"), world.id("group")
    )
    world.names |= {name: str(identifier) for name, identifier in found.items()}


# The group's coordinator, its key, and the operator of its network that answers for it.
_ANSWERS = only("coordinator", "secretary", hidden=(), key=OK)
_APPLIES = only("coordinator", "secretary", hidden=("stranger", "buyer"), key=OK)
_READS = only("coordinator", "secretary", "member", hidden=("stranger", "buyer"), key=OK)
_OFFICER = only(hidden=("stranger", "buyer"))
_NEW = {
    "organiser": "{network}",
    "place": "{square}",
    "name": "Feria",
    "rule": {"kind": "weekly", "days": ["sat"]},
    "starts": "08:00",
    "ends": "14:00",
}
_NO_PAPER = only(hidden=KINDS, key=404) | {"anonymous": 401, "admin": 404}
_FAIR, _DATE = "/v1/fairs/{fair}", "/v1/occurrences/{date}"
_CALL, _APPLICATION = "/v1/calls/{call}", "/v1/applications/{application}"
_ASSIGNMENT, _FEE = "/v1/assignments/{assignment}", "/v1/fees/{fee}"

CASES = {
    "create_fair": Case("POST", "/v1/fairs", _KEEPERS, _NEW, _square),
    "read_fair": Case("GET", _FAIR, public(), None, _fair),
    "update_fair": Case("PATCH", _FAIR, _KEEPERS, {"description": "Con música"}, _fair),
    "publish_fair": Case("POST", f"{_FAIR}/publication", _KEEPERS, None, _fair),
    "suspend_fair": Case("POST", f"{_FAIR}/suspension", _KEEPERS, {"reason": "Obras"}, _fair),
    "resume_fair": Case("POST", f"{_FAIR}/resumption", _KEEPERS, None, _fair),
    "end_fair": Case("POST", f"{_FAIR}/ending", _KEEPERS, {"reason": "Se acabó"}, _fair),
    "succeed_fair": Case(
        "POST", f"{_FAIR}/successor", _KEEPERS, {"from_on": "2026-04-01", "reason": "Invierno"}, _fair
    ),
    "put_fair_sponsors": Case("PUT", f"{_FAIR}/sponsors", _KEEPERS, {"items": []}, _fair),
    "put_co_organiser": Case("PUT", f"{_FAIR}/co-organisers/{{group}}", _KEEPERS, {}, _fair),
    "accept_co_organising": Case(
        "POST", f"{_FAIR}/co-organisers/{{buyer}}/acceptance", _HIDDEN, None, _fair_with_another
    ),
    "remove_co_organiser": Case(
        "DELETE", f"{_FAIR}/co-organisers/{{buyer}}", _KEEPERS, None, _fair_with_another
    ),
    "put_layout": Case("PUT", f"{_FAIR}/layout", _KEEPERS, {"count": 3}, _fair),
    "read_layout": Case("GET", f"{_FAIR}/layout", public(), None, _fair),
    "list_fair_occurrences": Case("GET", f"{_FAIR}/occurrences", public(), None, _fair),
    "create_occurrence": Case(
        "POST", f"{_FAIR}/occurrences", _KEEPERS, {"starts_local": "2026-12-24T10:00"}, _fair
    ),
    "read_occurrence": Case("GET", _DATE, public(), None, _fair),
    "update_occurrence": Case("PATCH", _DATE, _KEEPERS, {"note": "Con música"}, _fair),
    "cancel_occurrence": Case("POST", f"{_DATE}/cancellation", _KEEPERS, {"reason": "Lluvia"}, _fair),
    "report_occurrence": Case("POST", f"{_DATE}/report", _KEEPERS, None, _fair),
    "create_call": Case(
        "POST",
        "/v1/calls",
        _KEEPERS,
        {
            "fair": "{fair}",
            "title": "Convocatoria",
            "closes_in_days": 9,
            "from_in_days": 0,
            "until_in_days": 90,
        },
        _fair,
    ),
    "read_call": Case("GET", _CALL, public(), None, _call),
    "publish_call": Case("POST", f"{_CALL}/publication", _KEEPERS, None, _call),
    "review_call": Case("POST", f"{_CALL}/review", _KEEPERS, None, _call),
    "finish_call": Case("POST", f"{_CALL}/final", _KEEPERS, None, _call),
    "cancel_call": Case("POST", f"{_CALL}/cancellation", _KEEPERS, {"reason": "Sin plaza"}, _call),
    "read_call_lists": Case("GET", f"{_CALL}/lists", dict.fromkeys(KINDS, 404) | {"admin": OK}, None, _call),
    "list_applications": Case("GET", f"{_CALL}/applications", somebody(), None, _call),
    "create_application": Case(
        "POST",
        f"{_CALL}/applications",
        _ANSWERS,
        {"organisation": "{group}", "category": "textiles"},
        _call,
    ),
    "read_application": Case("GET", _APPLICATION, _READS, None, _call),
    "update_application": Case("PATCH", _APPLICATION, _APPLIES, {"offers": "Chompas"}, _call),
    "read_application_document": Case("GET", f"{_APPLICATION}/documents/carne", _NO_PAPER, None, _call),
    "submit_application": Case("POST", f"{_APPLICATION}/submission", _APPLIES, None, _call),
    "mend_application": Case("POST", f"{_APPLICATION}/mending", _APPLIES, None, _call),
    "withdraw_application": Case("POST", f"{_APPLICATION}/withdrawal", _APPLIES, None, _call),
    "decide_application": Case("POST", f"{_APPLICATION}/decision", _OFFICER, {"outcome": "approved"}, _call),
    "decide_applications": Case(
        "POST",
        f"{_CALL}/decisions",
        _KEEPERS,
        {"items": [{"application": "{application}", "outcome": "approved"}]},
        _call,
    ),
    "revoke_application": Case("POST", f"{_APPLICATION}/revocation", _OFFICER, {"reason": "Revende"}, _call),
    "create_claim": Case("POST", f"{_APPLICATION}/claims", _APPLIES, {"text": "No estamos"}, _call),
    "answer_claim": Case(
        "POST", "/v1/claims/{claim}/answer", _OFFICER, {"is_upheld": False, "answer": "Fuera de plazo"}, _call
    ),
    "create_allocation": Case("POST", f"{_DATE}/allocation", _KEEPERS, {"call": "{call}"}, _call),
    "read_allocation_run": Case("GET", f"{_DATE}/allocation", dict.fromkeys(KINDS, 404), None, _call),
    "finish_allocation": Case("POST", f"{_DATE}/allocation/final", _KEEPERS, None, _call),
    "read_acta": Case("GET", f"{_DATE}/allocation/acta.pdf", dict.fromkeys(KINDS, 404), None, _call),
    "read_layout_map": Case("GET", f"{_FAIR}/layout/map.svg", public(), None, _fair),
    "list_assignments": Case("GET", f"{_DATE}/assignments", public(), None, _call),
    "list_waiting": Case("GET", f"{_DATE}/waiting-list", public(), None, _call),
    "claim_stall": Case("POST", f"{_DATE}/assignments", _ANSWERS, {"organisation": "{group}"}, _call),
    "create_substitute": Case(
        "POST", f"{_DATE}/substitutes", _KEEPERS, {"organisation": "{group}", "stall": "1"}, _call
    ),
    "note_attendance": Case(
        "POST",
        f"{_DATE}/attendance",
        _KEEPERS,
        {
            "notes": [
                {
                    "id": "{new_id}",
                    "assignment": "{assignment}",
                    "presence": "checked_in",
                    "noted_at": "2026-03-02T15:00:00Z",
                }
            ]
        },
        _call,
    ),
    "read_assignment": Case("GET", _ASSIGNMENT, public(), None, _call),
    "confirm_stall": Case("POST", f"{_ASSIGNMENT}/confirmation", _ANSWERS, None, _call),
    "decline_stall": Case("POST", f"{_ASSIGNMENT}/decline", _ANSWERS, None, _call),
    "release_stall": Case("POST", f"{_ASSIGNMENT}/release", _ANSWERS, None, _call),
    "swap_stalls": Case(
        "POST", f"{_ASSIGNMENT}/swap", _KEEPERS, {"other": "{assignment}", "reason": "Sombra"}, _call
    ),
    "read_fee": Case("GET", _FEE, _READS, None, _call),
    "pay_fee": Case("POST", f"{_FEE}/payment", _OFFICER, {"receipt": "R-1"}, _call),
    "waive_fee": Case("POST", f"{_FEE}/waiver", _OFFICER, {"reason": "Primera vez"}, _call),
    "create_sanction": Case(
        "POST",
        "/v1/sanctions",
        _KEEPERS,
        {
            "organiser": "{network}",
            "organisation": "{group}",
            "from_on": "2026-03-02",
            "until_on": "2026-03-09",
            "reason": "Basura en la plaza",
        },
        _call,
    ),
    "lift_sanction": Case(
        "POST", "/v1/sanctions/{sanction}/lifting", _OFFICER, {"reason": "Ya limpiaron"}, _call
    ),
}
