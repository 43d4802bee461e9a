"""Changes of the catalogue. Whoever coordinates a verified network may add; its keeper, or the platform, may mend."""

from app.products.service.catalogue import (
    CategoryCodeTakenError,
    ProductCodeTakenError,
    add_category,
    category_for,
    create,
    update,
)
from app.products.service.parts import (
    VariantInUseError,
    put_local_unit,
    put_pack,
    put_variant,
    remove_local_unit,
    remove_pack,
    remove_variant,
)

__all__ = [
    "CategoryCodeTakenError",
    "ProductCodeTakenError",
    "VariantInUseError",
    "add_category",
    "category_for",
    "create",
    "put_local_unit",
    "put_pack",
    "put_variant",
    "remove_local_unit",
    "remove_pack",
    "remove_variant",
    "update",
]
