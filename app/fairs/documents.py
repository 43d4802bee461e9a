"""What the papers of fairs say; `kernel.paper` draws them."""

from collections.abc import Mapping, Sequence
from datetime import date as day_of

import msgspec
from msgspec.structs import replace

from app.calendar import recurrence
from app.fairs.allocation import Outcome
from app.fairs.allocation.sentences import neutral, points, why
from app.fairs.feeds import texts
from app.kernel import i18n, said
from app.kernel.db import Row
from app.kernel.paper import Block, Column, Facts, Heading, Note, Paper, Signatures, Table, Text


def acta(run: Row, call: Row, date: Row, groups: Mapping[str, str], lang: str) -> Paper:
    """The acta of who stands where on a date: the bases, the draw, every group with its reason, lines to sign, the numbers.

    `groups`: id -> name. Without people's names, papers or sanctions: it hangs on the wall.
    """
    outcome = msgspec.convert(run["outcome"], Outcome)
    outcome = replace(outcome, records=tuple(map(neutral, outcome.records)))
    t = i18n.texts(lang)["fair_acta"]
    blocks: list[Block] = [
        Facts(
            [
                (t["fair"], date["fair_name"]),
                (t["date"], _when(date, lang)),
                (t["call"], call["title"]),
                (t["resolution"], call["resolution"] or "—"),
                (t["rule"], f"{run['rule']} · {t['run']} {run['number']}"),
                (t["seed"], call["seed"] or "—"),
                (t["key"], run["inputs"]["seed"] or "—"),
                (t["promise"], call["seed_sha256"] or "—"),
                (t["inputs"], run["digest"]),
            ]
        ),
        Heading(t["placed"]),
        Table(
            [
                Column(t["stall"], weight=8),
                Column(t["group"], weight=22),
                Column(t["points"], is_number=True, weight=7),
                Column(t["why"], weight=40),
            ],
            [
                (record.stall or "", groups.get(record.group, ""), points(record, lang), why(record, lang))
                for record in sorted(outcome.records, key=lambda each: _in_order(each.stall))
                if record.state == "placed"
            ],
        ),
    ]
    blocks += _others(outcome, groups, lang, t)
    blocks += [Signatures([t["officer"], t["witness"], t["groups_sign"]])]
    blocks += [Heading(t["draw"]), Note(t["how"]), _numbers(outcome, groups, t)]
    state = t["final"] if run["is_final"] else t["proposal"]
    is_demo = call["is_demo"]
    return Paper(t["title"], f"{date['fair_name']} · {state}", lang, is_demo, blocks, at=run["made_at"])


def _others(outcome: Outcome, groups: Mapping[str, str], lang: str, t: Mapping[str, str]) -> Sequence[Block]:
    found: list[Block] = []
    waiting = sorted(
        (record for record in outcome.records if record.state == "waiting"), key=lambda one: one.position or 0
    )
    left = [record for record in outcome.records if record.state == "left_out"]
    if waiting:
        rows = [(record.position or 0, groups.get(record.group, ""), why(record, lang)) for record in waiting]
        columns = [
            Column(t["place"], is_number=True, weight=6),
            Column(t["group"], weight=22),
            Column(t["why"], weight=40),
        ]
        found += [Heading(t["waiting"]), Table(columns, rows)]
    if left:
        rows_left = [(groups.get(record.group, ""), why(record, lang)) for record in left]
        columns = [Column(t["group"], weight=22), Column(t["why"], weight=40)]
        found += [Heading(t["left_out"]), Table(columns, rows_left)]
    return found or [Text(t["nobody_waits"])]


def _when(date: Row, lang: str) -> str:
    """«sábado 21 de noviembre de 2026, de 7:00 a 13:00»: the same whenever it is printed."""
    start, end = (date[side].astimezone(recurrence.zone(date["zone"])) for side in ("starts_at", "ends_at"))
    return f"{said.day(start.date(), lang, today=day_of.min)}, {texts.hours(start, end, lang)}"


def _numbers(outcome: Outcome, groups: Mapping[str, str], t: Mapping[str, str]) -> Table:
    """What whoever checks the draw needs of every group: its id, and the number that came of it."""
    columns = [
        Column(t["turn"], is_number=True, weight=6),
        Column(t["group"], weight=22),
        Column(t["id"], weight=27),
        Column(t["number"], weight=16),
    ]
    records = sorted(outcome.records, key=lambda one: (one.turn or len(outcome.records) + 1, one.group))
    return Table(
        columns,
        [
            (
                "—" if one.turn is None else one.turn,
                groups.get(one.group, ""),
                one.group,
                f"{one.lottery[:16]}…",
            )
            for one in records
        ],
    )


def _in_order(stall: str | None) -> tuple[str, int, str]:
    """«A-2» before «A-10»."""
    code = stall or ""
    letters = code.rstrip("0123456789")
    digits = code[len(letters) :]
    return letters, int(digits or 0), code
