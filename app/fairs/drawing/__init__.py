"""The map of a fair as SVG. Pure: a layout and who stands where in, text out, the same text for the same input."""

from app.fairs.drawing.map import Mark, drawn, is_grid, legend, natural_width

__all__ = ["Mark", "drawn", "is_grid", "legend", "natural_width"]
