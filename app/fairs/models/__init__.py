"""Tables of fairs, by what they are about."""

from app.fairs.models.calls import (
    Application,
    ApplicationDocument,
    Call,
    Claim,
)
from app.fairs.models.series import (
    CoOrganiser,
    Fair,
    FairWord,
    Occurrence,
    Sponsor,
)
from app.fairs.models.sharing import (
    Announcement,
    BarterPost,
    FeedCopy,
    FeedStamp,
    FeedToken,
    SalesDeclaration,
)
from app.fairs.models.stalls import Stall, StallLayout
from app.fairs.models.standing import (
    LIVE,
    AllocationRun,
    Assignment,
    Attendance,
    Fee,
    Sanction,
    WaitlistEntry,
)

__all__ = [
    "LIVE",
    "AllocationRun",
    "Announcement",
    "Application",
    "ApplicationDocument",
    "Assignment",
    "Attendance",
    "BarterPost",
    "Call",
    "Claim",
    "CoOrganiser",
    "Fair",
    "FairWord",
    "Fee",
    "FeedCopy",
    "FeedStamp",
    "FeedToken",
    "Occurrence",
    "SalesDeclaration",
    "Sanction",
    "Sponsor",
    "Stall",
    "StallLayout",
    "WaitlistEntry",
]
