"""The door of one's own account, and the words of every enum and error."""

import hashlib
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Query
from starlette.responses import Response

from app.kernel import i18n, ratelimit
from app.kernel.bodies import Shown
from app.kernel.errors import (
    Fault,
    InvalidError,
    NotFoundError,
    StaleVersionError,
    VersionRequiredError,
)
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.sparing import spare
from app.kernel.visit import Visit
from app.people import passwords, rules
from app.people.queries import persons as queries
from app.people.routes.acting import change
from app.people.routes.auth import count_try, settled
from app.people.schemas.persons import Export, MeRead, MeUpdate, SignedIn
from app.people.schemas.sign_in import PasswordChange
from app.people.service import accounts, erasure, sessions
from app.people.service.members import LastCoordinatorError
from app.people.service.sign_in import DeviceLockedError, PinWrongError, SignInRefusedError

router = room("me")


class Labels(Shown):
    """The words of every enum value, error code and code of a wrong field, by language; «…» stands for what varies."""

    labels: dict[str, dict[str, dict[str, str]]]
    errors: dict[str, dict[str, str]]
    faults: dict[str, dict[str, str]]


@router.get("/me", response_model=MeRead)
async def read_me(visit: Visit) -> Response:
    """Who I am, for whom I act and what I may do there. A key reads itself."""
    found = await queries.me(visit.db, visit.caller)
    return visit.item(found, variant=f"-{_digest(found)}")


@router.patch("/me", response_model=MeRead, responses=problems(StaleVersionError, VersionRequiredError))
async def update_me(body: MeUpdate, visit: Visit) -> Response:
    """Change my name, phone, e-mail or language. Needs If-Match."""
    expected = visit.expected_version()

    async def work(tx: Any) -> Any:
        await accounts.update(tx, caller=visit.caller, change=body, expected=expected, now=visit.now)
        return await queries.me(tx, visit.caller)

    return await change(visit, work)


@router.delete(
    "/me",
    status_code=204,
    responses=problems(LastCoordinatorError, StaleVersionError, VersionRequiredError),
)
async def erase_me(visit: Visit) -> Response:
    """Erase my account for good: name, phone, e-mail and devices go; what I did stays without a name. Needs If-Match.

    Refused while I am the last coordinator of an organisation with others: hand it over first.
    """
    expected = visit.expected_version()
    work = partial(erasure.erase, caller=visit.caller, expected=expected, now=visit.now)
    return await change(visit, work)


@router.get("/me/export", response_model=Export)
async def export_me(visit: Visit) -> Response:
    """Everything kept about me, as JSON."""
    return visit.listing(await queries.everything(visit.db, visit.caller))


@router.get("/me/sessions", response_model=SignedIn)
async def list_sessions(visit: Visit) -> Response:
    """Where I am signed in, and the devices that know my PIN."""
    return visit.listing(await queries.signed_in(visit.db, visit.caller, visit.now))


@router.post("/me/sessions/{session_id}/revocation", status_code=204, responses=problems(NotFoundError))
async def revoke_session(session_id: UUID, visit: Visit) -> Response:
    """Sign out there."""
    return await change(visit, lambda tx: sessions.revoke(tx, session_id, caller=visit.caller, now=visit.now))


@router.post("/me/devices/{device_id}/revocation", status_code=204, responses=problems(NotFoundError))
async def revoke_device(device_id: UUID, visit: Visit) -> Response:
    """Forget a device: it is signed out and its PIN no longer works."""
    return await change(
        visit, lambda tx: sessions.revoke_device(tx, device_id, caller=visit.caller, now=visit.now)
    )


@router.post(
    "/me/password",
    status_code=204,
    responses=problems(SignInRefusedError, PinWrongError, DeviceLockedError),
)
async def set_password(body: PasswordChange, visit: Visit) -> Response:
    """Set my password, allowed by the present one or by this device's PIN. With it I sign in by my account."""
    count_try(visit)
    if rules.is_weak_password(body.password):
        raise InvalidError(Fault("#/password", "weak_password"))
    await _check_current(visit, body)
    kept = await passwords.hashed(visit.house.caches, body.password)
    return await settled(
        visit,
        partial(
            accounts.set_password,
            caller=visit.caller,
            asked=body,
            password_hash=kept,
            settings=visit.house.settings,
            now=visit.now,
        ),
    )


@router.get("/labels", response_model=Labels)
async def read_labels(
    visit: Visit,
    lang: Annotated[
        Literal["es", "en"] | None, Query(description="Only this language: half the bytes")
    ] = None,
) -> Response:
    """Every enum value, error code and code of a wrong field in Spanish and English. Public; ask with If-None-Match."""
    kept: dict[str | None, Any] = visit.house.caches.setdefault("labels", {})
    if lang not in kept:
        kept[lang] = msgspec.Raw(msgspec.json.encode(_labels((lang,) if lang else i18n.LANGUAGES)))
    return await spare(visit, visit.listing(kept[lang]))


async def _check_current(visit: Visit, body: PasswordChange) -> None:
    """Raises SignInRefusedError for a wrong present password, InvalidError when neither it nor a PIN came."""
    if body.current_password is None:
        if body.device_secret is None or body.pin is None:
            raise InvalidError(Fault("#/current_password", "needs_proof"))
        return
    ratelimit.count(visit.house.caches, "10/15minutes", "password", visit.caller.name)
    person = await queries.row(visit.db, visit.caller.user_id)  # type: ignore[arg-type]  # the route is for persons
    hashes = [person["password_hash"]] if person["password_hash"] else []
    if await passwords.first_match(visit.house.caches, hashes, body.current_password, of=1) is None:
        raise SignInRefusedError


def _labels(languages: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"labels": {}, "errors": {}, "faults": {}}
    for lang in languages:
        for enum, values in i18n.texts(lang).get("labels", {}).items():
            for value, text in values.items():
                found["labels"].setdefault(enum, {}).setdefault(value, {})[lang] = text
        for code, error in i18n.texts(lang)["errors"].items():
            found["errors"].setdefault(code, {})[lang] = error["title"]
        for code, said in i18n.texts(lang)["faults"].items():
            found["faults"].setdefault(code, {})[lang] = i18n.filled(said, {}, lang)
    return found


def _digest(found: dict[str, Any]) -> str:
    return hashlib.blake2b(msgspec.json.encode(found), digest_size=6).hexdigest()
