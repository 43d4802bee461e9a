"""Who is behind a token: looked up once, remembered for five seconds."""

from app.kernel.visit import Visit
from app.people import access


async def admit(visit: Visit, route: str) -> None:
    """Recognise the caller and let it knock. Raises SignInError, ForbiddenError."""
    access.check_knock(visit.caller, route)
