"""Reads of orders, plans and parts. Every public one starts from what the caller may see."""
