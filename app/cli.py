"""The `minka` command: a thin table, every command imports its room when it is called."""

import os
import sys
from typing import Annotated

import typer

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def main() -> None:
    """The entry point of `minka`."""
    cli()


@cli.callback()
def minka() -> None:
    """Minka: el trabajo de muchos para un pedido grande."""


@cli.command()
def plan(
    document: Annotated[
        str, typer.Argument(metavar="ARCHIVO", help="el documento, o - para leer la entrada")
    ],
    *,
    pretty: Annotated[bool, typer.Option("--pretty", help="tabla para leer, en vez de JSON")] = False,
    lang: Annotated[str | None, typer.Option(help="es o en; si falta, según LANG")] = None,
) -> None:
    """Reparte los pedidos de un documento entre sus productores, sin base de datos."""
    from app.aggregation.terminal import run

    sys.exit(run(document, language=_language(lang), pretty=pretty))


@cli.command()
def demo(
    *,
    again: Annotated[bool, typer.Option("--again", help="empezar de nuevo")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="después de contarla, servirla")] = False,
) -> None:
    """Carga la demostración y la cuenta: un pedido, de principio a fin."""
    from app.demo.command import run
    from app.kernel.settings import Settings

    code = run(Settings(demo=True), again=again)
    if code or not serve:
        sys.exit(code)


@cli.command()
def openapi() -> None:
    """Escribe la descripción OpenAPI de la API."""
    from app.kernel.openapi import written
    from app.main import build_api

    sys.stdout.buffer.write(written(build_api().openapi()))


def _language(asked: str | None) -> str:
    """English where it is asked for or LANG says so, else Spanish."""
    return "en" if (asked or os.environ.get("LANG", "")).lower().startswith("en") else "es"


if __name__ == "__main__":
    main()
