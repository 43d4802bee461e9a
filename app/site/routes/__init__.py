"""The doors of the public pages."""

from fastapi import APIRouter

from app.site.routes import docs, public

ROUTERS: tuple[APIRouter, ...] = (public.router, docs.router)
