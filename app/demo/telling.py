"""Tells the demo's story in the terminal, in Spanish, from what the database holds: nothing is played here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from sqlalchemy import bindparam as given

from app.demo.cast import CAST
from app.kernel import i18n, money, said, units
from app.kernel.caller import WORKER
from app.kernel.db import Database, Row
from app.kernel.settings import Settings
from app.messages import queries as messages
from app.orders import rules, sentences
from app.orders.queries import allocations, orders, plans
from app.orders.queries.orders import PLAN
from app.orders.rules import AllocationState
from app.orders.service.offers import zone_of

_PLANS = sa.select(PLAN.c.id).where(PLAN.c.order_id == given("order")).order_by(PLAN.c.number)
_MARK = " (demostración)"
_SHOWN = 14
LANG = "es"


async def tell(console: Console, db: Database, settings: Settings, order_id: UUID) -> None:
    """Print the whole story."""
    order = await orders.raw(db, order_id)
    lines = await orders.lines(db, order_id)
    found = [await plans.plan(db, WORKER, row["id"], LANG) for row in await db.all(_PLANS, order=order_id)]
    parts = await allocations.of_order(db, order_id)
    _wish(console, order, lines)
    _proposal(console, found[0])
    _review(console, found[1])
    await _told(console, db, settings, parts)
    _answers(console, parts, found, order)
    _now(console, parts, lines, order)


def _wish(console: Console, order: Row, lines: list[Row]) -> None:
    console.rule("[bold]1. El pedido")
    console.print(
        f"[bold]{_name(order['buyer_name'])}[/] pide, por la [bold]{_name(order['coordinator_name'])}[/] "
        f"(pedido [bold]{order['code']}[/]):"
    )
    for line in lines:
        wanted = sentences.quantity(line["quantity_base"], line, LANG)
        due = said.day(line["due_on"], LANG, today=order["created_at"].date())
        console.print(f"   • [bold]{wanted}[/] de {line['product_name']}, para el {due}")
    console.print("Es más de lo que tienen tres grupos juntos: hay que juntar la oferta de muchos.\n")


def _proposal(console: Console, plan: Row) -> None:
    console.rule("[bold]2. La propuesta de reparto, y por qué")
    for line in plan["lines"]:
        fill = _quantity(line["fill"])
        level = f"; parte igual: {line['level']} por persona" if line["level"] else ""
        console.print(f"Línea {line['line']}: {fill} entre {said.groups(line['groups'], LANG)}{level}.")
    _shares(console, plan)


def _shares(console: Console, plan: Row) -> None:
    table = _table("Grupo", "Personas", "Les toca", "Para ellos", "Por qué")
    for line in plan["lines"]:
        own = [share for share in plan["shares"] if share["line"] == line["line"]]
        for share in own[:_SHOWN]:
            table.add_row(
                _name(share["producer"]["name"]),
                str(share["people"]),
                _quantity(share["quantity"]),
                _money(share["amount"]),
                share["why"],
            )
        if len(own) > _SHOWN:
            table.add_row(f"… y {len(own) - _SHOWN} más", "", "", "", "")
        table.add_section()
    console.print(table)
    console.print(f"Total para los grupos: [bold]{_money(plan['total'])}[/]. Nada está reservado todavía.\n")


def _review(console: Console, plan: Row) -> None:
    console.rule("[bold]3. La red revisa antes de que la vea la compradora")
    for change in plan["changes"]:
        act = {"leave_out": "deja fuera a", "cap": "pone tope a", "fix": "fija la parte de"}.get(
            change["act"], "amplía el plazo de"
        )
        quantity = f" ({_quantity(change['quantity'])})" if change["quantity"] else ""
        who = _name(change["producer"]["name"]) if change["producer"] else "todos"
        console.print(f"   • {act} [bold]{who}[/]{quantity}: «{change['reason']}»")
    console.print("El motivo queda escrito en la explicación de cada grupo. La red suelta la propuesta y la")
    console.print(
        f"compradora la acepta por [bold]{_money(plan['total'])}[/]: desde aquí la existencia está reservada.\n"
    )


async def _told(console: Console, db: Database, settings: Settings, parts: list[Row]) -> None:
    console.rule("[bold]4. A cada grupo se le avisa")
    reader = messages.Reader(WORKER, settings.server_key, settings.public_url)
    first = parts[0]
    listed = await messages.page(
        db,
        reader,
        box="outbox",
        organisation_id=first["coordinator_id"],
        limit=1,
        after=None,
        subject_id=first["id"],
    )
    if listed:
        console.print(Panel(listed[0]["text"], title=f"WhatsApp a {_name(first['producer_name'])}", width=96))
        console.print(f"[dim]El mismo aviso en un SMS de 160 letras:[/] {listed[0]['sms']}\n")


def _answers(console: Console, parts: Sequence[Row], found: list[Row], order: Row) -> None:
    console.rule("[bold]5. Quién dijo que sí, quién no pudo")
    labels = i18n.texts(LANG)["labels"]
    first = [
        part for part in parts if str(part["plan_id"]) != str(found[-1]["id"]) or found[-1]["kind"] == "first"
    ]
    table = _table("Grupo", "Producto", "Se les pidió", "Dan", "Respuesta", "Cómo")
    for part in first:
        spoke = f" ({part['spoke']})" if part["spoke"] else ""
        channel = labels["answer_channel"].get(part["answer_channel"] or "", "—")
        style = {"declined": "red", "partially_confirmed": "yellow"}.get(str(part["state"]), "")
        reason = f": «{part['reason']}»" if part["reason"] else ""
        table.add_row(
            _name(part["producer_name"]),
            part["product_name"],
            sentences.quantity(part["offered_base"], part, LANG),
            sentences.quantity(part["quantity_base"], part, LANG),
            f"{labels['allocation_state'][part['state']]}{reason}",
            f"{channel}{spoke}",
            style=style,
        )
    console.print(table)
    zone = zone_of(order)
    until = said.moment(parts[0]["answer_until"], LANG, zone=zone, now=order["created_at"])
    console.print(f"Plazo para responder: {until}. «Esta vez no podemos» no cuenta contra nadie.\n")


def _now(console: Console, parts: Sequence[Row], lines: list[Row], order: Row) -> None:
    console.rule("[bold]6. El hueco se reparte de nuevo: quién da qué ahora")
    table = _table("Grupo", "Producto", "Da", "Para ellos", "Por responder")
    for line in lines:
        for row in _by_group([part for part in parts if part["line_id"] == line["id"]], order):
            table.add_row(*row, style="yellow" if row[-1] else "")
        table.add_section()
    console.print(table)
    for line in lines:
        agreed = sentences.quantity(line["agreed_base"], line, LANG)
        wanted = sentences.quantity(line["quantity_base"], line, LANG)
        waiting = sentences.quantity(line["offered_base"], line, LANG)
        left = f"; faltan las respuestas por {waiting}" if line["offered_base"] else ""
        console.print(f"{line['product_name']}: [bold]{agreed}[/] de {wanted} con el sí de los grupos{left}.")
    console.print("A nadie que dijo que sí se le bajó su parte.\n")


def _by_group(parts: Sequence[Row], order: Row) -> list[tuple[str, str, str, str, str]]:
    """One row per group: what it has said yes to, in one or several parts, and what it is still asked."""
    rows = []
    for name in dict.fromkeys(part["producer_name"] for part in parts if part["state"] in rules.LIVE):
        own = [part for part in parts if part["producer_name"] == name]
        agreed = [part for part in own if part["state"] in rules.AGREED]
        asked = [part for part in own if part["state"] == AllocationState.OFFERED]
        gives = " + ".join(sentences.quantity(part["quantity_base"], part, LANG) for part in agreed)
        paid = sum(part["amount_minor"] for part in agreed)
        rows.append(
            (
                _name(name),
                own[0]["product_name"],
                gives,
                money.display(paid, order["currency"], LANG),
                " + ".join(sentences.quantity(part["quantity_base"], part, LANG) for part in asked),
            )
        )
    return rows


def show_keys(console: Console, settings: Settings, order_id: UUID, allocation: UUID | None) -> None:
    """One token per role, and five requests to copy."""
    console.rule("[bold]Para probar")
    table = _table("Papel", "Token")
    for part in CAST:
        table.add_row(part.says, part.token)
    console.print(table)
    at = settings.public_url
    console.print("Cinco solicitudes para copiar (con `make demo` o `minka demo --serve` corriendo):")
    for command in requests(at, order_id, allocation):
        console.print(f"  {command}", soft_wrap=True, highlight=False, markup=False)
    console.print(
        "\nTodos los grupos, precios y respuestas de esta demostración son inventados.", style="dim"
    )


def requests(at: str, order_id: UUID, allocation: UUID | None) -> list[str]:
    """The five requests."""
    secretary, buyer, group = (
        f"-H 'Authorization: Bearer mkd_{who}'" for who in ("secretaria", "compradora", "grupo")
    )
    answer = f"{at}/v1/allocations/{allocation}/confirmation" if allocation else f"{at}/v1/allocations"
    return [
        f"curl '{at}/v1/products?q=quinua'",
        f"curl {buyer} {at}/v1/orders/{order_id}",
        f"curl {secretary} {at}/v1/orders/{order_id}/board",
        f"curl {secretary} {at}/v1/todo",
        f"curl {'-X POST ' if allocation else ''}{group} {answer}",
    ]


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        right = column in {"Personas", "Les toca", "Para ellos", "Se les pidió", "Dan", "Da", "Por responder"}
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    return table


def _name(text: str) -> str:
    return text.removesuffix(_MARK)


def _quantity(value: dict[str, Any]) -> str:
    unit = units.find(value["unit"])
    return units.display(units.to_base(value["value"], unit) if value["value"] != "0" else 0, unit, LANG)


def _money(value: dict[str, str]) -> str:
    return money.display(money.to_minor(value["amount"], value["currency"]), value["currency"], LANG)


def date_of(when: datetime) -> str:
    """«2 de marzo de 2026»: when the demo was loaded."""
    return said.day(when.date(), LANG, today=when.date().replace(year=when.year - 1))
