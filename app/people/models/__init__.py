"""Tables of people and organisations."""

from app.people.models.organisations import (
    Affiliation,
    AffiliationState,
    Invitation,
    LegalStatus,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationWord,
    Role,
)
from app.people.models.persons import (
    AccessToken,
    ApiKey,
    Device,
    RefreshToken,
    Session,
    SignInCode,
    User,
)

__all__ = [
    "AccessToken",
    "Affiliation",
    "AffiliationState",
    "ApiKey",
    "Device",
    "Invitation",
    "LegalStatus",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "OrganisationWord",
    "RefreshToken",
    "Role",
    "Session",
    "SignInCode",
    "User",
]
