"""The door of people: organisations, who acts for them, how people sign in."""

from app.kernel.route import room
from app.people.routes import affiliations, invitations, members, organisations

router = room("people")
for part in (organisations, members, invitations, affiliations):
    router.routes.extend(part.router.routes)
