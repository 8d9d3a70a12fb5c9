"""The talk with a mail server, by smtplib: connecting, encrypting, logging in, handing a mail over.

Every wait has an end, and so has the whole: neither a server that falls silent nor one that answers a byte at a time
can hold a delivery.
"""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from store.mail_address import ascii_address
from store.mail_faults import ServerFaultError, Stage, refusal, reply_of, trouble
from store.mail_records import Security
from store.mail_settings import OPEN_LOGIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from store.mail_records import MailServer

ANSWER_SECONDS = 20.0
"""How long one answer may take."""
WHOLE_SECONDS = 120.0
"""How long a mail may take from the connection to the server's yes."""
FAREWELL_SECONDS = 2.0
"""How long the answer to a goodbye is waited for; by then the mail is sent."""
NO_SERVER = "No mail server is set up yet. The settings say which one sends the shop's mail."
_YES = frozenset({250, 251, 252})
_LOGGED_IN = frozenset({235})


class MailLine:
    """A line to a mail server for one mail: `with MailLine(server) as line: line.send(...)`.

    Entering connects, encrypts and logs in. Raises ServerFaultError, PutOffError or RefusedError, never another kind.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._guard = _Guard(WHOLE_SECONDS)
        self._smtp: _Connection | None = None

    def __enter__(self) -> MailLine:
        """Be ready to send."""
        server = self._server
        if not server.host:
            raise ServerFaultError(NO_SERVER)
        if server.user and server.security == Security.NONE:
            raise ServerFaultError(f"The mail server {server.host} is set up wrongly: {OPEN_LOGIN}.")
        self._guard.start()
        try:
            self._connect()
        except BaseException:
            self._close()
            raise
        return self

    def _connect(self) -> None:
        server = self._server
        with self._at(Stage.CONNECT):
            smtp = self._smtp = _Connection(server, self._guard)
        with self._at(Stage.HELLO):
            smtp.ehlo_or_helo_if_needed()
        if server.security == Security.STARTTLS:
            with self._at(Stage.ENCRYPT):
                smtp.starttls(context=ssl.create_default_context())
            with self._at(Stage.HELLO):
                smtp.ehlo_or_helo_if_needed()
        if server.user:
            with self._at(Stage.LOGIN):
                self._log_in(smtp)

    def _log_in(self, smtp: _Connection) -> None:
        user, password = self._server.user, self._server.password
        if user.isascii() and password.isascii():
            smtp.login(user, password)
        elif "PLAIN" in str(smtp.esmtp_features.get("auth", "")).split():
            # smtplib's own knows ASCII alone; a server reads UTF-8 (RFC 4616)
            token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            self._expect(Stage.LOGIN, smtp.docmd("AUTH", f"PLAIN {token}"), _LOGGED_IN)
        else:
            raise smtplib.SMTPNotSupportedError

    def send(self, recipient: str, message: bytes) -> None:
        """Hand a mail over. When this returns, the server has said that it takes care of it."""
        smtp, plain = self._smtp, recipient.isascii()
        assert smtp is not None  # noqa: S101  # `__enter__` connected
        if not plain and not smtp.has_extn("smtputf8"):
            raise refusal(self._server, Stage.RECIPIENT, 553, b"only addresses in plain letters (a to z)", recipient)
        with self._at(Stage.SENDER):
            options = () if plain else ("SMTPUTF8", "BODY=8BITMIME")
            self._expect(Stage.SENDER, smtp.mail(ascii_address(self._server.sender), options), _YES)
        with self._at(Stage.RECIPIENT):
            self._expect(Stage.RECIPIENT, smtp.rcpt(recipient), _YES, recipient)
        with self._at(Stage.MESSAGE):
            try:
                answer = smtp.data(message)
            except smtplib.SMTPDataError as error:
                answer = error.smtp_code, reply_of(error)
            self._expect(Stage.MESSAGE, answer, _YES)

    def _expect(self, stage: Stage, answer: tuple[int, bytes], wanted: frozenset[int], to: str = "") -> None:
        code, reply = answer
        if code not in wanted:
            raise refusal(self._server, stage, code, reply, to)

    @contextmanager
    def _at(self, stage: Stage) -> Iterator[None]:
        """Tell what goes wrong inside by its stage."""
        try:
            yield
        except (OSError, ValueError) as error:  # smtplib's own are OSErrors; ValueError is what it makes of nonsense
            fault = TimeoutError() if self._guard.ended else error
            raise trouble(self._server, stage, fault) from None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Say goodbye, unless the line is no good any more."""
        if kind is None and self._smtp is not None and self._smtp.sock is not None:
            with suppress(OSError):
                self._smtp.sock.settimeout(FAREWELL_SECONDS)
                self._smtp.quit()
        self._close()

    def _close(self) -> None:
        self._guard.stop()
        if self._smtp is not None:
            self._smtp.close()


class _Connection(smtplib.SMTP):
    """smtplib's client on a socket that the guard can cut; with `Security.TLS`, encrypted from the first byte."""

    def __init__(self, server: MailServer, guard: _Guard) -> None:
        self._security, self._guard = server.security, guard
        # The name of this computer is nobody's business, and finding it out could take long.
        super().__init__(server.host, server.port, local_hostname="[127.0.0.1]", timeout=ANSWER_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """smtplib's hook, as its own SMTP_SSL uses it."""
        plain = socket.create_connection((host, port), timeout)
        try:
            self._guard.watch(plain)
            if self._security == Security.TLS:
                return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        return plain


class _Guard:
    """Cuts a connection that took too long as a whole."""

    def __init__(self, seconds: float) -> None:
        self.ended = False
        """Whether the time is up."""
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._line: socket.socket | None = None

    def start(self) -> None:
        self._timer.start()

    def watch(self, line: socket.socket) -> None:
        """Cut this one; by a handle of its own, for the other changes hands when it is encrypted."""
        self._line = line.dup()
        if self.ended:
            raise TimeoutError

    def _cut(self) -> None:
        self.ended = True
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._timer.cancel()
        self._timer.join()
        if self._line is not None:
            self._line.close()
