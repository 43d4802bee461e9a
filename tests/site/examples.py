"""One part of an order, as its group would read it, in every state."""

from typing import Any

from app.site.offer import OfferRow, OfferView

STATES: dict[str, dict[str, Any]] = {
    "offered": {},
    "confirmed": {"state": "confirmed"},
    "confirmed_closed": {"state": "confirmed", "can_answer": False},
    "partially_confirmed": {"state": "partially_confirmed", "share": "20 kg", "money": "S/ 160.00"},
    "declined": {"state": "declined", "can_answer": False},
    "late": {"state": "expired"},
    "late_kept": {"state": "expired", "is_kept": True},
    "late_closed": {"state": "not_told", "can_answer": False},
    "ended": {"state": "declined", "can_answer": False, "has_ended": True, "why_closed": "El barco no sale."},
    "withdrawn": {"state": "withdrawn", "can_answer": False},
    "handed_over": {"state": "handed_over", "can_answer": False},
}


def offer(**values: Any) -> OfferView:
    return OfferView(
        **{
            "order_code": "K7M2QX",
            "coordinator": "Red Ayni Sur (demostración)",
            "group": "Grupo Sumaq Tika (demostración)",
            "product": "quinua blanca",
            "share": "30 kg",
            "price": "S/ 8.00 el kilo",
            "money": "S/ 240.00",
            "deadline": "jueves 12, 8 de la noche",
            "due": "viernes 20 de marzo",
            "reason": "Pidieron 90 kg. Son 9 personas en 3 grupos: 10 kg por persona. Ustedes son 3.",
            "unit": "KGM",
            "base_unit": "GRM",
            "country": "PE",
            "overrides": {},
            "state": "offered",
            "can_answer": True,
            "is_demo": True,
            "rows": (
                OfferRow("Grupo Sumaq Tika (demostración)", 3, "30 kg", is_you=True),
                OfferRow("Asociación Warmi Pallay (demostración)", 4, "40 kg"),
                OfferRow("Grupo Inti Kancha (demostración)", 2, "20 kg", "La red puso un tope de 20 kg"),
            ),
        }
        | values
    )
