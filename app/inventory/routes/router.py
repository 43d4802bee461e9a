"""The router that every file here adds its routes to."""

from app.kernel.route import room

router = room("inventory")
