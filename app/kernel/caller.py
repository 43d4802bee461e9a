"""Who is asking, as far as the kernel must know: a name to keep in records, and a way to ask what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, an organisation's API key, the worker, the command line, or nobody. `people.access` says what each may do.

    `acts` maps an organisation to the capabilities the caller has in it, by membership or by an affiliation's scope;
    `own` are the organisations the caller is a member of. `through` names what let in somebody who did not sign in:
    «one_tap:<id>», at most 60 characters. `lang` is what a person reads when the request does not say.
    """

    user_id: UUID | None = None
    key_id: UUID | None = None
    session_id: UUID | None = None
    is_admin: bool = False
    acts: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    own: frozenset[UUID] = frozenset()
    through: str | None = None
    lang: str | None = None

    @property
    def name(self) -> str:
        """How records name the caller: never a person's name."""
        if self.user_id:
            return f"user:{self.user_id}"
        if self.key_id:
            return f"key:{self.key_id}"
        return self.through or ("worker" if self.is_admin else "anonymous")

    @property
    def is_somebody(self) -> bool:
        """Whether a valid token came with the request."""
        return self.user_id is not None or self.key_id is not None

    def may(self, capability: str, organisation_id: UUID) -> bool:
        """Whether the caller may act so for the organisation."""
        return capability in self.acts.get(organisation_id, frozenset())


NOBODY = Caller()
WORKER = Caller(is_admin=True)
TERMINAL = Caller(is_admin=True, through="terminal")  # whoever keeps the server, at its command line
