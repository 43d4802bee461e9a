"""The `minka` command: a thin table. Every command imports its room when it is called."""

import gc
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from app.cli import terminal

cli = terminal.table("Minka: el trabajo de muchos para un pedido grande.")
imports = terminal.table("Trae archivos: lo que cambia se dice antes y después.")
cli.add_typer(imports, name="import")
user = terminal.table("Cuentas de personas, y quién administra la plataforma.")
cli.add_typer(user, name="user")
Who = Annotated[str, typer.Argument(metavar="QUIÉN", help="su cuenta, su teléfono con prefijo o su correo")]
Sheet = Annotated[Path, typer.Argument(metavar="ARCHIVO", help="CSV o Excel")]
Whose = Annotated[str | None, typer.Option("--for", metavar="CÓDIGO", help="de qué organización es")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="solo revisar")]
Host = Annotated[str | None, typer.Option("--host", metavar="DIRECCIÓN", help="en vez de MINKA_HOST")]
Port = Annotated[
    int | None, typer.Option("--port", metavar="NÚMERO", help="en vez de MINKA_PORT; 0 toma uno libre")
]


def main() -> None:
    """The entry point of `minka`: errors are told in Spanish, without a traceback."""
    sys.exit(terminal.tell(lambda: cli(standalone_mode=False)))


@cli.command()
def demo(
    *,
    again: Annotated[bool, typer.Option("--again", help="empezar de nuevo")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="después de contarla, servirla")] = False,
) -> None:
    """Carga la demostración y la cuenta: un pedido, de principio a fin."""
    from app.cli.serving import listening, serve_on
    from app.cli.starting import ready
    from app.demo.command import run
    from app.kernel.settings import Settings

    settings = Settings(demo=True)
    with ready(settings, "minka demo"), listening(settings) if serve else nullcontext() as listener:
        if code := run(settings, again=again):
            sys.exit(code)
        if listener:
            serve_on(listener, settings)


@cli.command()
def serve(*, host: Host = None, port: Port = None) -> None:
    """Atiende a las aplicaciones y las páginas.

    En SQLite, antes pone al día la base de datos, y hace también el trabajo pendiente.
    """
    gc.disable()  # nothing is garbage while modules load: a fifth of the start. The application turns it on
    from app.cli.serving import listening, serve_on
    from app.cli.starting import ready
    from app.kernel.settings import Settings

    gc.freeze()  # nor is it later: looking through 300,000 objects before the first answer took 0.1 s
    given = {"host": host, "port": port}
    settings = Settings.model_validate({name: value for name, value in given.items() if value is not None})
    with ready(settings, "minka serve"), listening(settings) as listener:
        if settings.demo:
            from app.demo.command import guard

            if code := guard(settings):
                sys.exit(code)
        serve_on(listener, settings)


@cli.command()
def worker() -> None:
    """Hace el trabajo pendiente: plazos que vencen, huecos por llenar.

    Sirve con PostgreSQL, en los procesos que hagan falta. En SQLite ya lo hace `serve`.
    """
    from app.cli.starting import ready
    from app.cli.working import work
    from app.kernel.settings import Settings

    settings = Settings()
    with ready(settings, "minka worker"):
        work(settings)


@cli.command()
def migrate() -> None:
    """Pone al día el esquema de la base de datos. Repetirlo no cambia nada."""
    from app.cli.starting import bring_up
    from app.kernel.settings import Settings

    bring_up(Settings())


@cli.command()
def check() -> None:
    """Comprueba en la base de datos lo que siempre debe cumplirse. Solo lee: puede correr junto a `serve`."""
    from app.cli.checking import check_all
    from app.kernel.settings import Settings

    sys.exit(check_all(Settings()))


@cli.command()
def doctor() -> None:
    """Revisa la instalación y dice cómo arreglar lo que falte. Solo lee: puede correr junto a `serve`."""
    from app.cli.doctor import examine

    sys.exit(examine())


@imports.command("lots")
def import_lots(file: Sheet, *, organisation: Whose = None, dry_run: DryRun = False) -> None:
    """Trae existencias, cosechas por venir y trabajos por encargo. Sin --for, lo dice la columna «grupo»."""
    _bring_in("lots", file, organisation, only_check=dry_run)


@imports.command("groups")
def import_groups(file: Sheet, *, organisation: Whose = None, dry_run: DryRun = False) -> None:
    """Trae grupos productores con sus miembros. Sin --for, la red lo dice la columna «red»."""
    _bring_in("groups", file, organisation, only_check=dry_run)


@imports.command("organisations")
def import_organisations(file: Sheet, *, dry_run: DryRun = False) -> None:
    """Trae al directorio organizaciones de las que se saben los hechos: qué son, dónde están, qué hacen."""
    _bring_in("organisations", file, None, only_check=dry_run)


@imports.command("lines")
def import_lines(file: Sheet, *, dry_run: DryRun = False) -> None:
    """Trae los nombres de las líneas de producción: código, nombre, nombre_en, también."""
    _bring_in("producer_lines", file, None, only_check=dry_run)


@imports.command("products")
def import_products(file: Sheet, *, organisation: Whose = None, dry_run: DryRun = False) -> None:
    """Trae el catálogo de productos, con sus variantes, empaques y medidas. Crea las categorías que falten."""
    _bring_in("products", file, organisation, only_check=dry_run)


@imports.command("categories")
def import_categories(file: Sheet, *, dry_run: DryRun = False) -> None:
    """Trae los nombres de las categorías de productos: código, nombre, nombre_en."""
    _bring_in("product_categories", file, None, only_check=dry_run)


def _bring_in(kind: str, file: Path, organisation: str | None, *, only_check: bool) -> None:
    from app import wiring
    from app.cli.starting import ready
    from app.kernel.settings import Settings
    from app.people import files

    settings = Settings()
    with ready(settings, f"minka import {kind}"):
        wiring.connect()
        sys.exit(files.bring_in(settings, kind, file, organisation=organisation, only_check=only_check))


@cli.command()
def plan(
    document: Annotated[
        str, typer.Argument(metavar="ARCHIVO", help="el documento, o - para leer la entrada")
    ],
    *,
    pretty: Annotated[bool, typer.Option("--pretty", help="tabla para leer, en vez de JSON")] = False,
    lang: Annotated[str | None, typer.Option(metavar="IDIOMA", help="es o en; si falta, según LANG")] = None,
) -> None:
    """Reparte los pedidos de un documento, sin base de datos."""
    from app.aggregation.terminal import run

    sys.exit(run(document, language=_language(lang), pretty=pretty))


@cli.command()
def openapi() -> None:
    """Escribe la descripción OpenAPI de la API."""
    from app.kernel.openapi import written
    from app.main import build_api

    sys.stdout.buffer.write(written(build_api().openapi()))


@user.command("create")
def create_user(
    name: Annotated[str, typer.Argument(metavar="NOMBRE", help="cómo se llama")],
    *,
    phone: Annotated[
        str | None, typer.Option(metavar="TELÉFONO", help="con prefijo, como +51951234567")
    ] = None,
    email: Annotated[str | None, typer.Option(metavar="CORREO", help="si tiene")] = None,
) -> None:
    """Hace una cuenta y dice el código con que la persona ingresa."""
    from app.cli.starting import ready
    from app.kernel.settings import Settings
    from app.people import commands

    settings = Settings()
    with ready(settings, "minka user"):
        commands.create(settings, name, phone=phone, email=email)


@user.command("grant-admin")
def grant_admin(who: Who) -> None:
    """La persona administra la plataforma: verifica redes, municipalidades y certificadoras.

    Con un teléfono o correo que nadie tiene, hace la cuenta y dice el código con que se ingresa.
    """
    from app.cli.starting import ready
    from app.kernel.settings import Settings
    from app.people import commands

    settings = Settings()
    with ready(settings, "minka user"):
        commands.grant_admin(settings, who)


@user.command("revoke-admin")
def revoke_admin(who: Who) -> None:
    """La persona ya no administra la plataforma."""
    from app.cli.starting import ready
    from app.kernel.settings import Settings
    from app.people import commands

    settings = Settings()
    with ready(settings, "minka user"):
        commands.revoke_admin(settings, who)


@user.command("code")
def give_code(who: Who) -> None:
    """Da un código nuevo para ingresar en otro equipo."""
    from app.cli.starting import ready
    from app.kernel.settings import Settings
    from app.people import commands

    settings = Settings()
    with ready(settings, "minka user"):
        commands.give_code(settings, who)


@imports.command("territories")
def import_territories(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="la lista oficial, en CSV o Excel")],
) -> None:
    """Trae los distritos del Perú (INEI), municipios de Bolivia (INE) o comunas de Chile (CUT).

    Repetirlo no cambia nada. Las provincias de Chile se leen de cl_provinces.csv, si está al lado.
    """
    from app.cli.starting import ready
    from app.kernel.settings import Settings
    from app.places import commands

    settings = Settings()
    with ready(settings, "minka import"):
        code = commands.import_territories(settings, file)
    sys.exit(code)


def _language(asked: str | None) -> str:
    """English where it is asked for or LANG says so, else Spanish."""
    return "en" if (asked or os.environ.get("LANG", "")).lower().startswith("en") else "es"
