"""Files of the catalogue: products with what they are measured and packed in, and the names of categories."""

from app.products.importer.categories import CategoryImporter
from app.products.importer.products import ProductImporter

__all__ = ["CategoryImporter", "ProductImporter"]
