"""Imports, uploads and files; health needs no case."""

from tests.access_cases import Case, somebody
from tests.access_cases.world import KINDS

_UNKNOWN = dict.fromkeys(KINDS, 404) | {"anonymous": 401}

CASES = {
    "create_upload": Case(
        "POST", "/v1/uploads", somebody(), {"name": "licencia.jpg", "size": 2_000}, headers={}
    ),
    "read_upload": Case("GET", "/v1/uploads/{new_id}", _UNKNOWN),
    "append_upload": Case(
        "PATCH",
        "/v1/uploads/{new_id}",
        _UNKNOWN,
        b"%PDF-1.7",
        headers={"content-type": "application/offset+octet-stream", "upload-offset": "0"},
    ),
    "cancel_upload": Case("DELETE", "/v1/uploads/{new_id}", _UNKNOWN),
    "read_file": Case("GET", "/v1/files/{new_id}", _UNKNOWN),
    "check_import": Case(
        "POST",
        "/v1/imports?kind=unknown&for={group}&filename=a.csv",
        _UNKNOWN,
        b"codigo\n",
        headers={"content-type": "text/csv"},
    ),
    "read_import": Case("GET", "/v1/imports/{new_id}", _UNKNOWN),
    "read_import_file": Case("GET", "/v1/imports/{new_id}/file", _UNKNOWN),
    "list_imports": Case("GET", "/v1/imports?kind=unknown&for={group}", _UNKNOWN),
    "correct_import": Case("POST", "/v1/imports/{new_id}/corrections", _UNKNOWN, {"rows": [{"row": 2}]}),
    "commit_import": Case("POST", "/v1/imports/{new_id}/commit", _UNKNOWN),
}
