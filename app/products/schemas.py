"""What crosses the door about products."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, Given, Shown
from app.kernel.wire import Quantity

LOCAL_UNIT_CODE = r"^[a-z]{2,40}$"
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,58}$", examples=["quinua-blanca"])]
Name = Annotated[str, Field(min_length=2, max_length=120, examples=["Quinua blanca"]), AS_LINE]


class CategoryRead(Shown):
    """A kind of product, named in the language asked for."""

    code: str
    name: str


class CategoryList(Shown):
    """Every category."""

    items: list[CategoryRead]


class CategoryCreate(Given):
    """A new kind of product."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    code: Code
    name_es: Name
    name_en: Name


class VariantIn(Given):
    """A colour or size."""

    code: Code
    name: Name


class PackIn(Given):
    """A packing and what it holds."""

    code: Code
    name: Name
    quantity: Quantity


class LocalUnitIn(Given):
    """A local measure of this product."""

    code: Annotated[str, Field(pattern=LOCAL_UNIT_CODE, examples=["saco"])]
    quantity: Quantity


class VariantPut(Given):
    """What a variant is called."""

    name: Name


class PackPut(Given):
    """What a packing is called and holds."""

    name: Name
    quantity: Quantity


class LocalUnitPut(Given):
    """How much a local measure of this product holds."""

    quantity: Quantity


class ProductCreate(Given):
    """A product for the common catalogue."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline")
    code: Code
    category: Code
    name: Name
    quality: str = Field(default="", max_length=2000, examples=["Grano entero, lavado, humedad hasta 12 %"])
    unit: Annotated[str, Field(pattern=r"^[A-Z0-9]{3}$", examples=["KGM"])] = Field(
        description="The Rec 20 unit that it is counted and priced in"
    )
    step: Quantity | None = Field(default=None, description="Smallest step; one base unit when absent")
    owner: UUID | None = Field(
        default=None, description="The verified network that keeps it; absent: the platform"
    )
    variants: list[VariantIn] = Field(default=[], max_length=50)
    packs: list[PackIn] = Field(default=[], max_length=50)
    local_units: list[LocalUnitIn] = Field(default=[], max_length=20)


class ProductUpdate(Given):
    """What may change once lots exist: words, not measures."""

    name: Name | None = None
    quality: str | None = Field(default=None, max_length=2000)
    category: Code | None = None


class VariantRead(Shown):
    """A colour or size."""

    code: str
    name: str


class PackRead(Shown):
    """A packing and what it holds."""

    code: str
    name: str
    quantity: Quantity


class LocalUnitRead(Shown):
    """A local measure of this product."""

    code: str
    quantity: Quantity


class ProductRead(Shown):
    """A product of the common catalogue."""

    id: UUID
    code: str
    category: str
    name: str
    quality: str
    base_unit: str
    price_unit: Quantity
    step: Quantity
    variants: list[VariantRead]
    packs: list[PackRead]
    local_units: list[LocalUnitRead]
    is_demo: bool
    version: int


class ProductSummary(Shown):
    """A line of the catalogue."""

    id: UUID
    code: str
    category: str
    name: str
    price_unit: Quantity
    is_demo: bool


class ProductPage(Shown):
    """A page of the catalogue."""

    items: list[ProductSummary]
    next_cursor: str | None
