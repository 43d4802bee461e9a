"""What the rule `stalls-1` refuses reaches whoever asked, in words."""

import pytest

from app.fairs.allocation import AllocationInputs, Applicant, Layout, Quota, Stall
from app.fairs.service import allocations
from app.kernel import i18n
from app.kernel.errors import InvalidError

_STALL, _GROUP, _QUOTA = Stall(code="1", number=1), Applicant(group="a"), Quota(of="category", value="telar")
_TWICE = {
    "stall_code_repeated": {"layout": Layout(stalls=(_STALL, Stall(code="1", number=2)))},
    "stall_number_repeated": {"layout": Layout(stalls=(_STALL, Stall(code="2", number=1)))},
    "group_repeated": {"applicants": (_GROUP, _GROUP)},
    "quota_repeated": {"quotas": (_QUOTA, _QUOTA)},
    "quota_contradicts": {"quotas": (Quota(of="category", value="telar", at_least=2, at_most=1),)},
}


@pytest.mark.parametrize("code", _TWICE)
async def test_what_contradicts_itself_is_refused_by_name(code: str) -> None:
    inputs = AllocationInputs(**{"applicants": (), "layout": Layout(), "seed": "x"} | _TWICE[code])

    with pytest.raises(InvalidError) as refused:
        await allocations.run(inputs)

    (fault,) = refused.value.faults
    assert fault.code == code
    for lang in i18n.LANGUAGES:
        assert i18n.filled(i18n.texts(lang)["faults"][code], fault.facts, lang)
