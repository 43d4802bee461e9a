"""How a phone number or an e-mail is written once and for all, and what people may sign in by."""

import re

from app.kernel.errors import Fault, InvalidError

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def phone(given: str, pointer: str, *, country: str | None) -> str:
    """The number in E.164 («+51951234567»). Without a prefix it is one of `country`. Raises InvalidError."""
    import phonenumbers  # 10 ms: the numbering plans of all countries

    try:
        number = phonenumbers.parse(given, country)
    except phonenumbers.NumberParseException as error:
        raise InvalidError(Fault(pointer, "phone_invalid")) from error
    if not phonenumbers.is_possible_number(number):
        raise InvalidError(Fault(pointer, "phone_invalid"))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_country(given: str) -> bool:
    """Whether these two letters are a country's (ISO 3166-1) that has telephones."""
    import phonenumbers

    return given in phonenumbers.SUPPORTED_REGIONS


def email(given: str, pointer: str) -> str:
    """The address in lower case. Raises InvalidError."""
    address = given.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise InvalidError(Fault(pointer, "email_invalid"))
    return address


def sign_in_names(given: str) -> dict[str, str]:
    """What somebody typed to say who they are, as the column it may be found by; `{}` when it is none of them."""
    text = given.strip()
    if "@" in text:
        return {"email": text.lower()}
    if text.startswith("+"):
        return {"phone": "+" + re.sub(r"\D", "", text)}
    return {"account": code(text)}


def code(given: str) -> str:
    """A spelled code as it is kept: «k7mq-2xra» and «K7MQ 2XRA» are one."""
    return re.sub(r"[\s-]", "", given).upper()
