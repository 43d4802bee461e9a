"""Tables of the catalogue: what is sold, common to many producers."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import belongs_to
from app.kernel.units import BASES


class Category(SQLModel, table=True):
    """A kind of product («granos andinos»)."""

    __tablename__ = "category"
    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, unique=True)
    name_es: str = Field(max_length=120)
    name_en: str = Field(max_length=120)


class Product(SQLModel, table=True):
    """What is sold, common to many producers: quality, base unit, price unit, smallest step."""

    __tablename__ = "product"
    __table_args__ = (
        sa.CheckConstraint(f"base_unit in {BASES}", name="base_unit_known"),
        sa.CheckConstraint("price_unit_base > 0 and step_base > 0", name="units_positive"),
        sa.Index("ix_product_name_folded_id", "name_folded", "id"),
        sa.Index("ix_product_category_id_name_folded", "category_id", "name_folded", "id"),
    )
    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, unique=True)
    category_id: UUID = belongs_to("category.id")
    owner_id: UUID | None = belongs_to("organisation.id", default=None)  # who keeps it in the catalogue
    name: str = Field(max_length=120)
    name_folded: str = Field(max_length=120)
    quality: str = Field(default="", max_length=2000)  # the quality specification that all lots meet
    base_unit: str = Field(max_length=3)
    unit: str = Field(max_length=3)  # Rec 20 code that people count and price it in
    price_unit_base: int = Field(sa_type=sa.BigInteger)  # base units in one price unit
    step_base: int = Field(default=1, sa_type=sa.BigInteger)
    is_demo: bool = False
    created_at: datetime
    version: int = 1


class Variant(SQLModel, table=True):
    """A colour or a size. An order line asks for one, or leaves it open."""

    __tablename__ = "product_variant"
    product_id: UUID = Field(primary_key=True, foreign_key="product.id", ondelete="CASCADE")
    code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=80)


class Pack(SQLModel, table=True):
    """How it is packed («saco de 46 kg»). All packs share the product's one stock in base units."""

    __tablename__ = "product_pack"
    __table_args__ = (sa.CheckConstraint("quantity_base > 0", name="quantity_positive"),)
    product_id: UUID = Field(primary_key=True, foreign_key="product.id", ondelete="CASCADE")
    code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=80)
    quantity_base: int = Field(sa_type=sa.BigInteger)


class LocalUnit(SQLModel, table=True):
    """How much a local measure of this product holds, where it is not the country's («saco» = 46 kg)."""

    __tablename__ = "product_unit"
    __table_args__ = (sa.CheckConstraint("factor_base > 0", name="factor_positive"),)
    product_id: UUID = Field(primary_key=True, foreign_key="product.id", ondelete="CASCADE")
    code: str = Field(primary_key=True, max_length=40)
    factor_base: int = Field(sa_type=sa.BigInteger)


class ProductWord(SQLModel, table=True):
    """A word or stem by which a product is found."""

    __tablename__ = "product_word"
    __table_args__ = (sa.Index("ix_product_word_word_subject_id", "word", "subject_id"),)
    subject_id: UUID = Field(primary_key=True, foreign_key="product.id", ondelete="CASCADE")
    word: str = Field(primary_key=True, max_length=60)
