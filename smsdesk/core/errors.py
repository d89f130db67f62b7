"""The one error tree of the program.

Each error has a ``code`` and named ``values``; the sentence for the user and the hint of
what to do stand in the catalogues of ``smsdesk.words`` under ``error.<code>`` and
``error.<code>.hint``. Values never hold credentials or whole phone numbers.

::

    SmsDeskError
    +-- InputError            what the user gave cannot be used          (exit code 2)
    |   +-- FileError             a file cannot be read or is no table
    |   +-- UsageError            a command line that makes no sense
    +-- RecipientsDiffer      a job found by its mark has other recipients than ours
    +-- PilotFailed           too much of a campaign's first job failed: the rest is held
    +-- WorkLost              the worker process ended before its work was done
    +-- WorkspaceError        the folder that holds everything
    |   +-- WorkspaceTooNew       made by a newer program
    |   +-- WorkspaceReadOnly
    |   +-- WorkspaceFull         the disk is full
    |   +-- WorkspaceBroken       not a workspace, or damaged
    |   +-- WorkspaceShared       on a network share
    |   +-- WorkspaceBusy         another program holds it
    +-- AccountError          address, user or password of an account    (exit code 2)
    |   +-- AddressError          no usable URL (http:// beyond loopback, no host ...)
    |   +-- PasswordMissing
    +-- ServiceError          what came back over the network, or did not
        +-- NotSent               certain: no byte of the request left
        |   +-- NoConnection          name, connect or TLS failed
        +-- Refused               certain: the service said no and did nothing
        |   +-- BadRequest            400 or any other 4xx
        |   +-- WrongPassword         401
        |   +-- NotFound              404
        |   +-- Duplicate             409
        |   +-- Unprocessable         422
        |   +-- Redirected            3xx: never followed
        +-- TooManyRequests       429: certain that nothing was done, later again
        +-- Uncertain             it may or may not have been done
            +-- NoAnswer              time-out or connection lost after bytes left
            +-- ServerTrouble         5xx
            +-- Unreadable            an answer that is not what the API promises
"""

from functools import partial
from typing import Any, ClassVar

Value = str | int


class SmsDeskError(Exception):
    """An error a user can read: ``code`` and ``values`` choose and fill its sentence."""

    code: ClassVar[str] = "general"

    def __init__(self, **values: Value) -> None:
        super().__init__(self.code)
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """From one process to another with its values."""
        return partial(type(self), **self.values), ()

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code


class InputError(SmsDeskError):
    """What the user gave cannot be used; ``reason`` names the sentence."""

    code = "input"


class FileError(InputError):
    """A file cannot be read or holds no table; values: ``name``, ``reason``."""

    code = "file"


class UsageError(InputError):
    """A command line that makes no sense; values: ``reason``."""

    code = "usage"


class WorkLost(SmsDeskError):
    """The worker process ended before its work was done, for want of memory as a rule."""

    code = "work_lost"


class RecipientsDiffer(SmsDeskError):
    """A job that was found by its mark has other recipients than were sent; values: ``campaign``, ``job``."""

    code = "recipients_differ"


class PilotFailed(SmsDeskError):
    """Too much of a campaign's first job failed, or it did not go; values: ``campaign``."""

    code = "pilot_failed"


class WorkspaceError(SmsDeskError):
    """The folder that holds everything cannot be used; values: ``folder``."""

    code = "workspace"


class WorkspaceTooNew(WorkspaceError):
    """The workspace was made by a newer program and is left untouched."""

    code = "workspace_too_new"


class WorkspaceReadOnly(WorkspaceError):
    """The workspace can be read but not written."""

    code = "workspace_read_only"


class WorkspaceFull(WorkspaceError):
    """The disk (or the page limit) is full; what was stored before stays."""

    code = "workspace_full"


class WorkspaceBroken(WorkspaceError):
    """The folder holds no workspace of ours, or a damaged one."""

    code = "workspace_broken"


class WorkspaceShared(WorkspaceError):
    """The folder lies on a network share, where SQLite cannot be trusted."""

    code = "workspace_shared"


class WorkspaceBusy(WorkspaceError):
    """Another program holds the workspace and did not let go in time."""

    code = "workspace_busy"


class AccountError(SmsDeskError):
    """Something about an account is missing or wrong."""

    code = "account"


class AddressError(AccountError):
    """No usable address; values: ``url`` (credentials removed), ``reason``."""

    code = "address"


class PasswordMissing(AccountError):
    """No password is known for the account; values: ``account``."""

    code = "password_missing"


class ServiceError(SmsDeskError):
    """What came back over the network, or did not; values: ``host``, ``status``."""

    code = "service"


class NotSent(ServiceError):
    """Certain: no byte of the request left this machine."""

    code = "not_sent"


class NoConnection(NotSent):
    """Name, connect or TLS failed; values: ``host``, ``reason``."""

    code = "no_connection"


class Refused(ServiceError):
    """Certain: the service said no and did nothing."""

    code = "refused"


class BadRequest(Refused):
    """400 or any other 4xx without a name of its own."""

    code = "bad_request"


class WrongPassword(Refused):
    """401: user or password is not accepted."""

    code = "wrong_password"


class NotFound(Refused):
    """404: not known there; another data centre may know it."""

    code = "not_found"


class Duplicate(Refused):
    """409: an identical job was accepted before."""

    code = "duplicate"


class Unprocessable(Refused):
    """422: the job cannot be processed as it is."""

    code = "unprocessable"


class Redirected(Refused):
    """3xx: redirects are never followed, for they would carry the password away."""

    code = "redirected"


class TooManyRequests(ServiceError):
    """429: nothing was done; the same request may go later."""

    code = "too_many_requests"


class Uncertain(ServiceError):
    """It may or may not have been done: never repeated by itself."""

    code = "uncertain"


class NoAnswer(Uncertain):
    """Time-out, or the connection was lost after bytes had left."""

    code = "no_answer"


class ServerTrouble(Uncertain):
    """5xx: the service failed in the middle."""

    code = "server_trouble"


class Unreadable(Uncertain):
    """The answer is not what the API promises (HTML, no job id, too large)."""

    code = "unreadable"
