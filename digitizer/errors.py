"""What can go wrong, each with the exit code and the remedy that the user is given."""

from __future__ import annotations

from digitizer.names import in_utf8


class DigitizerError(Exception):
    """Base of all errors that are told to the user in a line of their own.

    kind: a short fixed word for problems.jsonl; exit_code: CONTRACT.md's; remedy: what the user can do.
    """

    kind = "error"
    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        # Messages name files, and are written as UTF-8.
        super().__init__(in_utf8(message))
        self.remedy = in_utf8(remedy)

    def __reduce__(self) -> tuple[type[DigitizerError], tuple[str, str]]:
        # Errors cross process borders; without this the remedy would be lost on the way.
        return type(self), (str(self), self.remedy)


class UsageError(DigitizerError):
    """The arguments do not make sense."""

    kind = "usage"
    exit_code = 2


class MissingComponentError(DigitizerError):
    """A program, language or package that is needed is not installed."""

    kind = "missing-component"
    exit_code = 3


class NoInputError(DigitizerError):
    """None of the input could be read."""

    kind = "no-input"
    exit_code = 4


class InputError(DigitizerError):
    """One document or page cannot be digitized; the others go on."""

    kind = "unreadable"
    exit_code = 5


class EncryptedError(InputError):
    """A PDF that asks for a password."""

    kind = "encrypted"


class TruncatedError(InputError):
    """A file that breaks off."""

    kind = "truncated"


class EmptyDocumentError(InputError):
    """No pages, or no bytes."""

    kind = "empty"


class UnsupportedError(InputError):
    """Not a PDF, TIFF, PNG or JPEG, whatever the name says."""

    kind = "not-an-image"


class TooLargeError(InputError):
    """More pixels or pages than the settings allow."""

    kind = "too-large"


class PageTimeoutError(InputError):
    """A page took longer than the settings allow."""

    kind = "timeout"


class PageMemoryError(InputError):
    """A page took more memory than the settings allow."""

    kind = "memory"


class PageCrashError(InputError):
    """The process that read a page died."""

    kind = "crash"


class ModelMismatchError(DigitizerError):
    """A model was made for another definition or another version."""

    kind = "model-mismatch"
    exit_code = 6


class DefinitionError(DigitizerError):
    """A form definition is wrong; the message begins with file:line:column.

    wrong: what is, each with its line and column, where it was read so far.
    """

    kind = "definition"
    exit_code = 2

    def __init__(self, message: str, remedy: str = "", wrong: tuple[tuple[tuple[int, int], str], ...] = ()) -> None:
        super().__init__(message, remedy)
        self.wrong = wrong
