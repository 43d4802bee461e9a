"""Imports of files; health needs no case."""

from tests.access_cases import Case
from tests.access_cases.world import KINDS

_UNKNOWN = dict.fromkeys(KINDS, 404) | {"anonymous": 401}

CASES = {
    "check_import": Case(
        "POST",
        "/v1/imports?kind=unknown&for={group}&filename=a.csv",
        _UNKNOWN,
        b"codigo\n",
        headers={"content-type": "text/csv"},
    ),
    "read_import": Case("GET", "/v1/imports/{new_id}", _UNKNOWN),
    "read_import_file": Case("GET", "/v1/imports/{new_id}/file", _UNKNOWN),
    "commit_import": Case("POST", "/v1/imports/{new_id}/commit", _UNKNOWN),
}
