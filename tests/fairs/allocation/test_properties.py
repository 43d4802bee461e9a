"""What the rule promises for every fair."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.aggregation.canonical import canonical
from app.fairs.allocation import AllocationInputs, Applicant, Layout, Quota, Stall, Weights, allocate, missing
from app.fairs.allocation.apart import Effort

SHORT = Effort(steps_per_stall=40)  # every promise here holds at any effort
WORDS = st.sampled_from(["", "dulces", "textiles", "madera"])


@st.composite
def fairs(draw, *, quotas=True, most=9):
    names = [f"g{n}" for n in range(draw(st.integers(0, most)))]
    holders = st.none() | st.sampled_from([*names, "absent"])
    stalls = tuple(
        Stall(
            code=f"P{n}",
            number=n + draw(st.sampled_from([0, 100])),
            quality=draw(st.integers(0, 100)),
            has_power=draw(st.booleans()),
            has_water=draw(st.booleans()),
            fixed_holder=draw(holders) if draw(st.integers(0, 5)) == 0 else None,
        )
        for n in range(draw(st.integers(0, most)))
    )
    applicants = tuple(
        Applicant(
            group=name,
            barred=draw(st.sampled_from([(), (), (), ("sanctioned",), ("documents", "sanctioned")])),
            category=draw(WORDS),
            credit=draw(st.integers(-120, 120)) * 1_000_000,
            is_own_production=draw(st.booleans()),
            is_women_led=draw(st.booleans()),
            needs_power=draw(st.integers(0, 3)) == 0,
            needs_water=draw(st.integers(0, 3)) == 0,
            seniority_years=draw(st.integers(0, 12)),
            territory=draw(st.sampled_from(["N", "S", None])),
        )
        for name in names
    )
    asked = []
    for of, value in (("category", "dulces"), ("category", "textiles"), ("territory", "N")):
        if quotas and draw(st.booleans()):
            least = draw(st.integers(0, 3))
            asked.append(
                Quota(of=of, value=value, at_least=least, at_most=draw(st.none() | st.integers(least, 5)))
            )
    weights = Weights(rotation=draw(st.integers(0, 100)), seniority=draw(st.integers(0, 100)), women_led=7)
    return AllocationInputs(
        applicants=applicants,
        layout=Layout(stalls=stalls),
        own_production_first=draw(st.booleans()),
        quotas=tuple(asked),
        seed="s",
        weights=weights,
    )


def parts(fair):
    return {one.group: one for one in fair.applicants}, {stall.code: stall for stall in fair.layout.stalls}


@given(fairs())
def test_everybody_is_placed_once_waits_or_is_left_out(fair):
    outcome = allocate(fair, effort=SHORT)

    everybody = [*outcome.placed, *outcome.waiting, *outcome.left_out]
    assert sorted(everybody) == sorted(one.group for one in fair.applicants)
    assert len(set(outcome.placed.values())) == len(outcome.placed)
    assert [record.group for record in outcome.records] == sorted(everybody)
    assert {record.group: record.stall for record in outcome.records if record.stall} == outcome.placed
    positions = {record.position: record.group for record in outcome.records if record.position}
    assert tuple(positions[place] for place in sorted(positions)) == outcome.waiting


@given(fairs())
def test_hard_conditions_are_never_broken(fair):
    groups, stalls = parts(fair)

    outcome = allocate(fair, effort=SHORT)

    for name, code in outcome.placed.items():
        stall = stalls[code]
        assert not groups[name].barred
        assert stall.fixed_holder in (None, name)
        assert stall.fixed_holder == name or not missing(groups[name], stall)
    assert all(groups[name].barred for name in outcome.left_out if any(
        not missing(groups[name], stall) for stall in stalls.values() if stall.fixed_holder is None
    ))  # fmt: skip


@given(fairs())
def test_a_fixed_holder_who_may_stand_stands_at_its_own_stall(fair):
    groups, stalls = parts(fair)

    outcome = allocate(fair, effort=SHORT)

    for stall in stalls.values():
        holder = groups.get(stall.fixed_holder or "")
        if holder is not None and not holder.barred:
            assert stalls[outcome.placed[holder.group]].fixed_holder == holder.group


@given(fairs())
def test_quotas_hold(fair):
    groups, stalls = parts(fair)
    fixed = {stall.fixed_holder for stall in stalls.values()}

    outcome = allocate(fair, effort=SHORT)

    for result in outcome.quotas:
        named = {
            name for name, one in groups.items()
            if (one.category if result.quota.of == "category" else one.territory) == result.quota.value
        }  # fmt: skip
        inside = named & outcome.placed.keys()
        assert (result.placed, result.asked) == (
            len(inside), sum(not groups[name].barred for name in named),
        )  # fmt: skip
        most = result.quota.at_most
        assert most is None or len(inside - fixed) <= max(0, most - len(inside & fixed))
        if len(fair.quotas) == 1 and len(inside) < result.quota.at_least:
            waits = named & set(outcome.waiting)
            assert all(
                groups[name].needs_power or groups[name].needs_water or not _free(outcome, stalls)
                for name in waits
            )


def _free(outcome, stalls):
    return [s for code, s in stalls.items() if s.fixed_holder is None and code not in outcome.placed.values()]


@given(fairs(quotas=False))
def test_nobody_waits_while_a_stall_that_fits_is_free_or_held_by_somebody_who_comes_after(fair):
    groups, stalls = parts(fair)

    outcome = allocate(fair, effort=SHORT)

    turn = {record.group: record.turn for record in outcome.records}
    at = {code: name for name, code in outcome.placed.items()}
    for name in outcome.waiting:
        for code, stall in stalls.items():
            if stall.fixed_holder is None and not missing(groups[name], stall):
                assert code in at
                assert turn[at[code]] < turn[name]


@given(fairs(), st.randoms(use_true_random=False))
def test_permuting_the_input_changes_no_byte(fair, chance):
    def shuffled(things):
        return tuple(chance.sample(things, len(things)))

    again = replace(
        fair,
        applicants=shuffled(fair.applicants),
        layout=replace(fair.layout, stalls=shuffled(fair.layout.stalls)),
        quotas=shuffled(fair.quotas),
    )

    assert canonical(allocate(again, effort=SHORT)) == canonical(allocate(fair, effort=SHORT))


@given(fairs(quotas=False, most=7), st.integers(0, 100), st.booleans())
def test_one_stall_more_puts_nobody_out(fair, quality, has_power):
    more = Stall(code="new", number=999, quality=quality, has_power=has_power)
    grown = replace(fair, layout=replace(fair.layout, stalls=(*fair.layout.stalls, more)))

    before, after = allocate(fair, effort=SHORT), allocate(grown, effort=SHORT)

    assert before.placed.keys() <= after.placed.keys()
    assert len(after.placed) <= len(before.placed) + 1


def test_with_quotas_one_stall_more_may_put_two_out():
    """Not promised: the newcomer fills a quota of its category and one of its territory, and one of each stands back."""
    quotas = (Quota(of="category", value="dulces", at_most=1), Quota(of="territory", value="N", at_most=1))
    stalls = (Stall(code="1", number=1), Stall(code="2", number=2))
    wired = Stall(code="3", number=9, has_power=True)
    groups = (
        Applicant(group="a", category="dulces", territory="N", seniority_years=9, needs_power=True),
        Applicant(group="b", category="dulces", territory="S", seniority_years=5),
        Applicant(group="c", category="madera", territory="N", seniority_years=4),
    )
    fair = AllocationInputs(
        applicants=groups,
        layout=Layout(stalls=stalls),
        quotas=quotas,
        seed="s",
        weights=Weights(seniority=50),
    )

    before = allocate(fair)
    after = allocate(replace(fair, layout=Layout(stalls=(*stalls, wired))))

    assert sorted(before.placed) == ["b", "c"]
    assert sorted(after.placed) == ["a"]


@given(fairs())
def test_moving_rivals_apart_never_adds_a_pair_nor_changes_who_is_in(fair):
    lazy, ours = allocate(fair, effort=Effort(steps_per_stall=0)), allocate(fair, effort=SHORT)

    assert lazy.placed.keys() == ours.placed.keys()
    assert lazy.waiting == ours.waiting
    assert len(ours.conflicts) <= len(lazy.conflicts)
    assert ours.score_by_points == lazy.score_by_points
