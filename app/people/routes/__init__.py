"""The door of people: organisations, who acts for them, how people sign in."""

from app.kernel.route import room
from app.people.routes import accounts, affiliations, auth, invitations, keys, me, members, organisations

router = room("people")
for part in (organisations, members, invitations, accounts, affiliations, keys, auth, me):
    router.routes.extend(part.router.routes)
