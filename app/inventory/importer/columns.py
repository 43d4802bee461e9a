"""The columns of a file of stock, by the names people give them."""

from collections.abc import Mapping
from types import MappingProxyType

from app.inventory.models import LotKind
from app.kernel.sheets import Column

COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "codigo": Column(("cod", "code", "id"), required=True),
        "grupo": Column(("productor", "productora", "organizacion", "producer")),
        "producto": Column(("product",), required=True),
        "variante": Column(("color", "talla", "variant")),
        "cantidad": Column(("existencia", "existencias", "stock", "quantity")),
        "empaque": Column(("presentacion", "envase", "pack")),
        "precio": Column(("price", "precio minimo"), required=True),
        "moneda": Column(("currency",)),
        "por": Column(("unidad precio", "precio por", "per")),
        "listo_en_dias": Column(("listo en", "ready in days")),
        "disponible_desde": Column(("listo", "fecha de entrega", "ready on")),
        "vence_en_dias": Column(("vence en", "expires in days")),
        "vence": Column(("vencimiento", "fecha de vencimiento", "expires on")),
        "tipo": Column(("kind",)),
        "por_semana": Column(("piezas por semana", "per week")),
        "semanas_aviso": Column(("aviso", "notice weeks")),
        "taller": Column(("capacidad", "telar", "workshop")),
        "sellos": Column(("sello", "certificaciones", "seals")),
        "grado": Column(("calidad", "grade")),
        "nota": Column(("observaciones", "notas", "note")),
    }
)
KINDS: Mapping[str, LotKind] = MappingProxyType(
    {
        "existencia": LotKind.STOCK,
        "por cosechar": LotKind.PLEDGED,
        "por encargo": LotKind.CAPACITY,
        "existencias": LotKind.STOCK,
        "disponible": LotKind.STOCK,
        "stock": LotKind.STOCK,
        "cosecha": LotKind.PLEDGED,
        "pledged": LotKind.PLEDGED,
        "a pedido": LotKind.CAPACITY,
        "capacity": LotKind.CAPACITY,
    }
)
SAID = MappingProxyType(
    {LotKind.STOCK: "existencia", LotKind.PLEDGED: "por cosechar", LotKind.CAPACITY: "por encargo"}
)
