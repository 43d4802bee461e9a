"""How the command line speaks: Spanish help, errors in one sentence, never a traceback."""

import os
import re
import sys
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

Command = TypeVar("Command", bound=Callable[..., Any])
_WORDS = {
    "Usage: ": "Uso: ",
    "[OPTIONS]": "[OPCIONES]",
    "COMMAND [ARGS]...": "ORDEN [ARGUMENTOS]...",
    "Arguments:": "Argumentos:",
    "Options:": "Opciones:",
    "Commands:": "Órdenes:",
    "Show this message and exit.": "Muestra esta ayuda.",
    "[required]": "[obligatorio]",
    "[default: ": "[si falta: ",
}


class _Order(TyperCommand):
    """A command whose help is in Spanish."""

    def get_help(self, ctx: Any) -> str:
        """The help, its fixed words translated."""
        return _spanish(super().get_help(ctx))


class _Orders(TyperGroup):
    """A group of commands whose help is in Spanish."""

    def get_help(self, ctx: Any) -> str:
        """The help, its fixed words translated."""
        return _spanish(super().get_help(ctx))


class Table(typer.Typer):
    """Typer whose commands have Spanish help."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Command], Command]:
        """Register a command."""
        return super().command(name, cls=_Order, **options)


def table(help_text: str) -> Table:
    """A table of commands."""
    return Table(
        cls=_Orders,
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"max_content_width": 110},
    )


def _spanish(text: str) -> str:
    for english, spanish in _WORDS.items():
        text = text.replace(english, spanish)
    return re.sub(r" <(str|int|bool|path|file)>", "", text)


def tell(command: Callable[[], Any]) -> int:
    """Run the command; its exit code. What goes wrong is one sentence on standard error."""
    try:
        code = command()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `minka ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: people read a sentence
        sys.stderr.write(f"minka: {_sentence(error)}\n")
        return 2 if hasattr(error, "ctx") else 1
    return code if isinstance(code, int) else 0


def _sentence(error: Exception) -> str:
    """What to say about an error, and what to do about it."""
    if hasattr(error, "ctx"):
        return _misuse(error)
    from pydantic import ValidationError

    from app.kernel import i18n, problems

    if isinstance(error, ValidationError):
        return "\n".join(["hay ajustes por corregir:", *setting_faults(error)])
    if (found := problems.as_domain_error(error)) and found.status != 500:
        title, detail = i18n.title_and_detail("es", found.code, found.facts)
        known = i18n.texts("es")["faults"]
        faults = [
            f"  {fault.pointer}: {i18n.filled(known[fault.code], fault.facts, 'es')}"
            for fault in found.faults
        ]
        why = " `minka doctor` dice por qué." if found.status == 503 else ""
        return "\n".join([f"{title}:", *faults]) if faults else f"{title}. {detail}{why}"
    if os.environ.get("MINKA_LOG_LEVEL") == "debug":
        traceback.print_exc()
    return f"falló algo nuestro ({type(error).__name__}: {error}). Con MINKA_LOG_LEVEL=debug se ve dónde."


def setting_faults(error: Any) -> list[str]:
    """Each wrong setting with what to change, one line each; never its value."""
    from app.kernel import i18n

    known = i18n.texts("es")["faults"]
    said = []
    for found in error.errors(include_input=False):
        facts = found.get("ctx", {})
        kind = "setting_form" if found["type"] == "string_pattern_mismatch" else found["type"]
        text = known.get(getattr(facts.get("error"), "code", kind)) or known["invalid"]
        name = "".join(f"MINKA_{part}: ".upper() for part in found["loc"][:1])
        said.append(f"  {name}{i18n.filled(text, facts, 'es')}")
    return said


def _misuse(error: Any) -> str:
    """A command typed wrongly: what is wrong with it, and where its help is."""
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    name = type(error).__name__
    if name == "NoArgsIsHelpError":
        return f"falta la orden.\n\n{error.ctx.get_help()}"
    if name == "MissingParameter" and parameter is not None:
        said = f"falta {parameter.metavar or parameter.name}"
    elif name == "BadParameter" and parameter is not None:
        said = f"no vale lo que se dio para {max((*parameter.opts, parameter.name or ''), key=len)}"
    elif option:
        said = f"no existe la opción {option}, o le falta su valor"
    else:
        said = "no existe esa orden, o sobran palabras"
    path = error.ctx.command_path if error.ctx else "minka"
    return f"{said}. Ayuda: {path} --help"
