"""Who may do what, as data: one line per route, one line per capability. Nothing else decides.

Two questions are asked. At the door, by the route's name: may this kind of caller knock at all (`TABLE`)? Inside, by
the service that loaded the object: may this caller act so for its organisation (`require`)? An object that the caller
may not know of is a 404; one that it sees but may not change is a 403.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from uuid import UUID

from app.kernel.caller import Caller
from app.kernel.errors import ForbiddenError, NotFoundError, SignInError
from app.people.models import OrganisationKind as Kind
from app.people.models import Role


class Knock(StrEnum):
    """Who may call a route at all."""

    ANYBODY = "anybody"
    SOMEBODY = "somebody"  # any valid token
    PERSON = "person"  # a signed-in person: no organisation's key
    ADMIN = "admin"  # the platform's administrators


TABLE: Mapping[str, Knock] = {
    # calendar
    "create_key_date": Knock.ADMIN,  # key dates are common to all: a network asks the platform
    "list_key_dates": Knock.ANYBODY,
    "read_key_date": Knock.ANYBODY,
    "remove_key_date": Knock.ADMIN,
    "update_key_date": Knock.ADMIN,
    # fairs
    "accept_co_organising": Knock.SOMEBODY,
    "cancel_occurrence": Knock.SOMEBODY,
    "create_fair": Knock.SOMEBODY,
    "create_occurrence": Knock.SOMEBODY,
    "end_fair": Knock.SOMEBODY,
    "list_fair_occurrences": Knock.ANYBODY,
    "list_fairs": Knock.ANYBODY,
    "list_occurrences": Knock.ANYBODY,
    "publish_fair": Knock.SOMEBODY,
    "put_co_organiser": Knock.SOMEBODY,
    "put_fair_sponsors": Knock.SOMEBODY,
    "put_layout": Knock.SOMEBODY,
    "read_fair": Knock.ANYBODY,
    "read_layout": Knock.ANYBODY,
    "read_occurrence": Knock.ANYBODY,
    "remove_co_organiser": Knock.SOMEBODY,
    "report_occurrence": Knock.SOMEBODY,
    "resume_fair": Knock.SOMEBODY,
    "succeed_fair": Knock.SOMEBODY,
    "suspend_fair": Knock.SOMEBODY,
    "update_fair": Knock.SOMEBODY,
    "update_occurrence": Knock.SOMEBODY,
    # inventory
    "close_lot": Knock.SOMEBODY,
    "create_capacity": Knock.SOMEBODY,
    "create_lot": Knock.SOMEBODY,
    "create_movement": Knock.SOMEBODY,
    "export_lots": Knock.SOMEBODY,
    "list_capacities": Knock.SOMEBODY,
    "list_catalogue": Knock.ANYBODY,
    "list_lot_holders": Knock.SOMEBODY,
    "list_lots": Knock.SOMEBODY,
    "list_movements": Knock.SOMEBODY,
    "read_capacity": Knock.SOMEBODY,
    "read_lot": Knock.SOMEBODY,
    "set_capacity_week": Knock.SOMEBODY,
    "update_capacity": Knock.SOMEBODY,
    "update_lot": Knock.SOMEBODY,
    # kernel
    "append_upload": Knock.SOMEBODY,
    "cancel_upload": Knock.SOMEBODY,
    "check_import": Knock.SOMEBODY,
    "commit_import": Knock.SOMEBODY,
    "create_upload": Knock.SOMEBODY,
    "read_file": Knock.SOMEBODY,
    "read_import": Knock.SOMEBODY,
    "read_import_file": Knock.SOMEBODY,
    "read_liveness": Knock.ANYBODY,
    "read_readiness": Knock.ANYBODY,
    "read_upload": Knock.SOMEBODY,
    # ledger
    "list_account_entries": Knock.SOMEBODY,
    "list_accounts": Knock.SOMEBODY,
    # messages
    "list_messages": Knock.SOMEBODY,
    "mark_message_seen": Knock.SOMEBODY,
    "mark_message_sent": Knock.SOMEBODY,
    # orders
    "accept_plan": Knock.SOMEBODY,
    "cancel_order": Knock.SOMEBODY,
    "confirm_allocation": Knock.SOMEBODY,
    "create_order": Knock.SOMEBODY,
    "create_plan": Knock.SOMEBODY,
    "decline_allocation": Knock.SOMEBODY,
    "extend_allocation": Knock.SOMEBODY,
    "list_allocations": Knock.SOMEBODY,
    "list_orders": Knock.SOMEBODY,
    "list_plans": Knock.SOMEBODY,
    "preview_plan": Knock.SOMEBODY,
    "read_allocation": Knock.SOMEBODY,
    "read_allocation_record": Knock.SOMEBODY,
    "read_board": Knock.SOMEBODY,
    "read_order": Knock.SOMEBODY,
    "read_plan": Knock.SOMEBODY,
    "read_plan_document": Knock.SOMEBODY,
    "read_policy": Knock.SOMEBODY,
    "read_todo": Knock.SOMEBODY,
    "release_plan": Knock.SOMEBODY,
    "repair_order": Knock.SOMEBODY,
    "set_order_policy": Knock.SOMEBODY,
    "submit_order": Knock.SOMEBODY,
    "update_order": Knock.SOMEBODY,
    # people
    "accept_affiliation": Knock.PERSON,
    "accept_invitation": Knock.PERSON,
    "change_pin": Knock.ANYBODY,
    "create_affiliation": Knock.PERSON,
    "create_invitation": Knock.PERSON,
    "create_key": Knock.PERSON,
    "create_organisation": Knock.PERSON,
    "create_person": Knock.PERSON,
    "create_sign_in_code": Knock.PERSON,
    "end_affiliation": Knock.PERSON,
    "erase_me": Knock.PERSON,
    "export_me": Knock.PERSON,
    "hand_over_organisation": Knock.PERSON,
    "list_affiliations": Knock.SOMEBODY,
    "list_invitations": Knock.PERSON,
    "list_keys": Knock.PERSON,
    "list_members": Knock.SOMEBODY,
    "list_organisations": Knock.ANYBODY,
    "list_sessions": Knock.PERSON,
    "read_affiliation": Knock.SOMEBODY,
    "read_labels": Knock.ANYBODY,
    "read_me": Knock.SOMEBODY,
    "read_organisation": Knock.ANYBODY,
    "refresh_tokens": Knock.ANYBODY,
    "refuse_affiliation": Knock.PERSON,
    "remove_member": Knock.PERSON,
    "replace_lost_phone": Knock.PERSON,
    "revoke_device": Knock.PERSON,
    "revoke_invitation": Knock.PERSON,
    "revoke_key": Knock.PERSON,
    "revoke_session": Knock.PERSON,
    "revoke_verification": Knock.PERSON,
    "set_member_roles": Knock.PERSON,
    "set_password": Knock.PERSON,
    "sign_in_by_password": Knock.ANYBODY,
    "sign_in_by_pin": Knock.ANYBODY,
    "sign_in_first": Knock.ANYBODY,
    "sign_out": Knock.PERSON,
    "update_affiliation": Knock.PERSON,
    "update_me": Knock.PERSON,
    "update_organisation": Knock.SOMEBODY,
    "verify_organisation": Knock.PERSON,
    # places
    "create_place": Knock.SOMEBODY,
    "list_places": Knock.ANYBODY,
    "list_territories": Knock.ANYBODY,
    "read_place": Knock.ANYBODY,
    "read_territory": Knock.ANYBODY,
    "update_place": Knock.SOMEBODY,
    # producers
    "list_directory": Knock.ANYBODY,
    "list_network_producers": Knock.SOMEBODY,
    "list_producer_lines": Knock.ANYBODY,
    "list_producers": Knock.ANYBODY,
    "map_producers": Knock.ANYBODY,
    "read_producer": Knock.ANYBODY,
    "read_producer_profile": Knock.SOMEBODY,
    "update_producer_profile": Knock.SOMEBODY,
    "verify_producer_members": Knock.SOMEBODY,
    # products
    "create_category": Knock.ADMIN,
    "create_product": Knock.SOMEBODY,
    "list_categories": Knock.ANYBODY,
    "list_products": Knock.ANYBODY,
    "put_product_local_unit": Knock.SOMEBODY,
    "put_product_pack": Knock.SOMEBODY,
    "put_product_variant": Knock.SOMEBODY,
    "read_product": Knock.ANYBODY,
    "remove_product_local_unit": Knock.SOMEBODY,
    "remove_product_pack": Knock.SOMEBODY,
    "remove_product_variant": Knock.SOMEBODY,
    "update_product": Knock.SOMEBODY,
    # seals
    "create_seal": Knock.ADMIN,
    "create_seal_grant": Knock.SOMEBODY,
    "list_producer_seals": Knock.ANYBODY,
    "list_seal_grants": Knock.SOMEBODY,
    "list_seals": Knock.ANYBODY,
    "read_seal_grant": Knock.SOMEBODY,
    "revoke_seal_grant": Knock.SOMEBODY,
    # site
    "answer_offer_page": Knock.ANYBODY,
    "list_problem_pages": Knock.ANYBODY,
    "read_docs": Knock.ANYBODY,
    "read_docs_asset": Knock.ANYBODY,
    "read_enter_page": Knock.ANYBODY,
    "read_home": Knock.ANYBODY,
    "read_openapi": Knock.ANYBODY,
    "read_offer_page": Knock.ANYBODY,
    "read_problem_page": Knock.ANYBODY,
    "see_offer_page": Knock.ANYBODY,
}


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
        raise LookupError(f"people/access.py says nothing about: {', '.join(missing)}")


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


def require(caller: Caller, capability: str, organisation_id: UUID, *, visible: bool = True) -> None:
    """May this caller act so for this organisation? Raises ForbiddenError, or NotFoundError where it is not visible."""
    if caller.is_admin or caller.may(capability, organisation_id):
        return
    raise ForbiddenError if visible else NotFoundError
