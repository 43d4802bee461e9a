"""What can go wrong with a file, and what to do about it."""

from app.kernel import i18n
from app.kernel.errors import ConflictError, DomainError, NotFoundError


class FileTooLargeError(DomainError):
    """More bytes than this server keeps of one file."""

    status = 413


class TooManyUploadsError(ConflictError):
    """The caller has too many files on their way, or here and used by nothing."""


class UploadGapError(ConflictError):
    """Bytes between what is here and what was sent are missing; `offset` says where to go on."""


class FileRefusedError(DomainError):
    """The content is of no kind that is kept, or broken, or acts by itself; `reason` says which."""

    status = 422

    def __init__(self, reason: str) -> None:
        super().__init__(why=lambda lang: told(lang, reason), extra={"reason": reason})


class FileInUseError(ConflictError):
    """Something refers to the file: it is taken out there first."""


class FileNotUsableError(NotFoundError):
    """A room was given a file that is not here, or not the caller's to use."""


def told(lang: str, reason: str) -> str:
    """Why a file was refused and what to do, in the reader's language."""
    return i18n.text(lang, "files", reason)
