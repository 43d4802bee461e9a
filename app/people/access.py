"""Who may do what, as data: one line per route, one line per capability. Nothing else decides.

Two questions are asked. At the door, by the route's name: may this kind of caller knock at all (`TABLE`)? Inside, by
the service that loaded the object: may this caller act so for its organisation (`require`)? An object that the caller
may not know of is a 404; one that it sees but may not change is a 403.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.kernel.caller import Caller
from app.kernel.errors import ForbiddenError, NotFoundError, SignInError
from app.people.doors import TABLE, Knock
from app.people.models import OrganisationKind as Kind
from app.people.models import Role

# What each role may do for its organisation. `read` opens what is private to it; `people` makes accounts and sign-in
# codes, `members` says who acts for it.
CAPABILITIES: Mapping[Role, frozenset[str]] = {
    Role.MEMBER: frozenset({"read"}),
    Role.SELLER: frozenset({"read", "stock", "answer"}),
    Role.OPERATOR: frozenset({"read", "stock", "answer", "profile", "coordinate"}),
    Role.TREASURER: frozenset({"read", "buy", "money"}),
    Role.PUBLISHER: frozenset({"read", "publish", "profile"}),
    Role.COORDINATOR: frozenset(
        {
            *("read", "stock", "answer", "profile", "members", "people"),
            *("buy", "money", "publish", "coordinate", "certify"),
        }
    ),
}

# What an accepted affiliation lets the network's coordinators and operators do for the group.
SCOPES: Mapping[str, frozenset[str]] = {
    "see_stock": frozenset({"see_stock"}),
    "answer_for": frozenset({"read", "stock", "answer", "profile", "people"}),
    "invoice_for": frozenset({"invoice"}),
}

# What only organisations of these kinds may do, and only once they are verified.
NEEDS_VERIFICATION: Mapping[str, frozenset[Kind]] = {
    "coordinate": frozenset(
        {
            Kind.NETWORK,
            Kind.UNION,
            Kind.COOPERATIVE,
            Kind.CONSUMER_NETWORK,
            Kind.MUNICIPAL_NETWORK,
            Kind.SUPPORT,
        }
    ),
    "publish": frozenset(
        {
            *(Kind.NETWORK, Kind.UNION, Kind.COOPERATIVE, Kind.CONSUMER_NETWORK, Kind.MUNICIPALITY),
            *(
                Kind.MUNICIPAL_NETWORK,
                Kind.FAIR,
                Kind.SUPPORT,
                Kind.ACADEMIC,
                Kind.TERRITORY,
                Kind.BARTER_CLUB,
            ),
        }
    ),
    "certify": frozenset({Kind.CERTIFIER, Kind.NETWORK, Kind.UNION}),
}
NETWORKS = NEEDS_VERIFICATION["coordinate"]
# Who tells others what its organisation must say, by what the message is about.
TELLS: Mapping[str, str] = {
    "allocation": "coordinate",
    "application": "publish",
    "assignment": "publish",
    "order": "coordinate",
    "plan": "coordinate",
    "waitlist_entry": "publish",
}
# Who may accept a plan once verified, by the network that coordinates it or by the platform.
BUYERS = frozenset(
    {Kind.BUYER, Kind.EXPORTER, Kind.SHOP, Kind.CONSUMER_GROUP, Kind.CONSUMER_NETWORK, Kind.MUNICIPALITY}
)
VERIFIABLE = BUYERS.union(*NEEDS_VERIFICATION.values())

# What a key cannot be given: who acts for an organisation is decided by people.
NOT_FOR_KEYS = frozenset({"members", "people"})
KEY_SCOPES = CAPABILITIES[Role.COORDINATOR] - NOT_FOR_KEYS


def check_table(routes: Iterable[str]) -> None:
    """Raises LookupError naming every route that has no line in TABLE: the application does not start without one."""
    if missing := sorted(set(routes) - TABLE.keys()):
        raise LookupError(f"people/doors.py says nothing about: {', '.join(missing)}")


def capabilities(role: Role, kind: Kind, *, verified: bool) -> frozenset[str]:
    """What a role may do for an organisation of this kind, verified or not."""
    found = CAPABILITIES[role]
    withheld = {act for act, kinds in NEEDS_VERIFICATION.items() if not verified or kind not in kinds}
    return found - withheld


def is_public(route: str) -> bool:
    """Whether a route needs no token."""
    return TABLE[route] is Knock.ANYBODY


def check_knock(caller: Caller, route: str) -> None:
    """May this caller call this route at all? Raises SignInError, ForbiddenError; KeyError for a route not listed."""
    needed = TABLE[route]
    if needed is Knock.ANYBODY:
        return
    if not caller.is_somebody:
        raise SignInError
    if needed is Knock.ADMIN and not caller.is_admin:
        raise ForbiddenError
    if needed is Knock.PERSON and caller.user_id is None:
        raise ForbiddenError


def may_tell(caller: Caller, subject_kind: str, organisation_id: UUID) -> bool:
    """May this caller send what the organisation must say about a subject of this kind?"""
    return caller.is_admin or caller.may(TELLS.get(subject_kind, "coordinate"), organisation_id)


def require(caller: Caller, capability: str, organisation_id: UUID, *, visible: bool = True) -> None:
    """May this caller act so for this organisation? Raises ForbiddenError, or NotFoundError where it is not visible."""
    if caller.is_admin or caller.may(capability, organisation_id):
        return
    raise ForbiddenError if visible else NotFoundError
