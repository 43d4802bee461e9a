"""The door where people sign in and out. Answers that carry tokens are never kept for repetition."""

from functools import partial
from typing import Any

from starlette.responses import Response

from app.kernel import ids, ratelimit
from app.kernel.db import write
from app.kernel.errors import DomainError, SignInError
from app.kernel.problems import problems
from app.kernel.route import room
from app.kernel.visit import Reply, Visit, Work
from app.people import contacts, tokens
from app.people.codes import CodeInvalidError
from app.people.routes.acting import try_code
from app.people.schemas.sign_in import (
    FirstSignIn,
    FirstTokens,
    PasswordSignIn,
    PinChange,
    PinSignIn,
    Refresh,
    Tokens,
)
from app.people.service import sessions, sign_in
from app.people.service.sign_in import DeviceLockedError, PinWrongError, SignInRefusedError

router = room("sign-in")
_PER_ADDRESS = "60/minute"
_PER_ACCOUNT = "10/15minutes"
_PER_CODE = "10/10minutes"


@router.post("/auth/first-sign-in", response_model=FirstTokens, responses=problems(CodeInvalidError))
async def sign_in_first(body: FirstSignIn, visit: Visit) -> Response:
    """Sign in on a new device by a single-use code, and choose its PIN. Keep `device_secret` on the device.

    The code comes from your network, or is an invitation's: then the account is made now.
    """
    count_try(visit)
    ratelimit.count(visit.house.caches, _PER_CODE, "code", ids.digest(contacts.code(body.code)).hex())
    work = partial(sign_in.first, asked=body, settings=visit.house.settings, now=visit.now)
    return await try_code(visit, work, keyed=False)


@router.post(
    "/auth/pin",
    response_model=Tokens,
    responses=problems(SignInRefusedError, PinWrongError, DeviceLockedError),
)
async def sign_in_by_pin(body: PinSignIn, visit: Visit) -> Response:
    """Sign in again on a device that knows your PIN. Five wrong ones lock it until your network gives a new code."""
    count_try(visit)
    return await settled(
        visit,
        lambda tx: sign_in.by_pin(
            tx, body.device_secret, body.pin, settings=visit.house.settings, now=visit.now
        ),
    )


@router.post("/auth/password", response_model=Tokens, responses=problems(SignInRefusedError))
async def sign_in_by_password(body: PasswordSignIn, visit: Visit) -> Response:
    """Sign in by account, phone or e-mail and password."""
    count_try(visit)
    ratelimit.count(visit.house.caches, _PER_ACCOUNT, "password", ids.digest(body.who.strip().lower()).hex())
    user = await sign_in.by_password(visit.db, visit.house.caches, body.who, body.password)
    work = partial(sessions.open_session, user_id=user, name=body.device_name, now=visit.now)
    return await visit.write(work, keyed=False)


@router.post("/auth/refresh", response_model=Tokens, responses=problems(SignInError))
async def refresh_tokens(body: Refresh, visit: Visit) -> Response:
    """Exchange the refresh token for the next pair.

    Repeated within 60 seconds it gives the same pair again; later the session ends, for somebody has a copy.
    """
    count_try(visit)
    return await settled(
        visit,
        lambda tx: sessions.refresh(tx, body.refresh_token, settings=visit.house.settings, now=visit.now),
    )


@router.post("/auth/sign-out", status_code=204)
async def sign_out(visit: Visit) -> Response:
    """End this session: its tokens no longer work."""
    session = visit.caller.session_id
    if session is not None:
        await write(
            visit.db, partial(sessions.revoke, session_id=session, caller=visit.caller, now=visit.now)
        )
    tokens.forget(visit.house)
    return Reply(204, b"", ())


@router.post(
    "/auth/pin-change",
    status_code=204,
    responses=problems(SignInRefusedError, PinWrongError, DeviceLockedError),
)
async def change_pin(body: PinChange, visit: Visit) -> Response:
    """Choose another PIN for this device; wrong tries of the present one are counted."""
    count_try(visit)
    return await settled(
        visit,
        lambda tx: sign_in.change_pin(
            tx,
            body.device_secret,
            body.pin,
            body.new_pin,
            settings=visit.house.settings,
            now=visit.now,
        ),
    )


def count_try(visit: Visit) -> None:
    """One more try from this address. Raises SlowDownError."""
    address = (visit.scope.get("client") or ("?",))[0]
    ratelimit.count(visit.house.caches, _PER_ADDRESS, "sign-in", address)


async def settled(visit: Visit, work: Work) -> Response:
    """The answer of a work that returns its error, so that what it counted is committed before the error is said."""
    result: Any = await write(visit.db, work)
    tokens.forget(visit.house)
    if isinstance(result, DomainError):
        raise result
    return visit.item(result) if result is not None else Reply(204, b"", ())
