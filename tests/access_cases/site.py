"""Pages for anybody, and the one-tap page for whoever holds its link."""

from tests.access_cases import Case, public
from tests.access_cases.world import KINDS

_FORGED = "/r/" + "A" * 44
_NOBODY = dict.fromkeys(KINDS, 404)

CASES = {
    "read_docs_asset": Case("GET", "/docs/docs.css", public()),
    "read_problem_page": Case("GET", "/problems/not_found", public()),
    "read_offer_page": Case("GET", _FORGED, _NOBODY),
    "see_offer_page": Case("GET", _FORGED + "/seen", _NOBODY),
    "answer_offer_page": Case(
        "POST", _FORGED, _NOBODY, b"answer=yes", headers={"content-type": "application/x-www-form-urlencoded"}
    ),
}
