"""The Core tables that people's statements are written over."""

from app.kernel.journal import AuditEntry
from app.kernel.schema import table
from app.people import models

ORGANISATION, WORD = table(models.Organisation), table(models.OrganisationWord)
MEMBERSHIP, INVITATION = table(models.Membership), table(models.Invitation)
AFFILIATION = table(models.Affiliation)
USER, DEVICE, SIGN_IN_CODE = table(models.User), table(models.Device), table(models.SignInCode)
SESSION, ACCESS, REFRESH = table(models.Session), table(models.AccessToken), table(models.RefreshToken)
KEY = table(models.ApiKey)
AUDIT = table(AuditEntry)
