"""A real SMTP server on loopback, by aiosmtpd, that refuses, stalls, drops the line or dies where it is told to."""

from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult

from store.mail_records import MailServer, Security

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import Envelope

CERTIFICATE = Path(__file__).with_name("localhost.crt")
_KEY = Path(__file__).with_name("localhost.key")
USER, PASSWORD = "till", "s3cret w\u00f6rd"
STALL, DROP, DIE, TRICKLE = "stall", "drop", "die", "trickle"
"""What a server can do at a stage instead of answering; an answer such as `451 later` is another way."""


class Mailbox:
    """What a running server has received and seen, and what it is to do badly: `rude` by stage."""

    def __init__(self, settings: MailServer) -> None:
        self.settings = settings
        """How a shop reaches it."""
        self.rude: dict[str, str] = {}
        """What it does at a stage: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA or END."""
        self.received: list[Envelope] = []
        self.reached: list[str] = []
        """Every stage that a client came to, in order."""
        self.gate: threading.Event | None = None
        """When there is one, the end of a mail's data is answered only after it is set."""
        self.at_gate = threading.Event()
        """Set when a mail's data waits at the gate."""
        self.died = threading.Event()


class _RudeSmtp(SMTP):
    def __init__(self, box: Mailbox, listener: list[asyncio.Server], **options: Any) -> None:
        super().__init__(_Handler(self), **options)
        self.box, self.listener, self.greeted = box, listener, False

    async def push(self, status: Any) -> None:
        if not self.greeted:
            self.greeted = True
            if await self.is_rude("CONNECT"):
                return
        await super().push(status)

    async def is_rude(self, stage: str) -> str:
        """Do what is ordered at a stage; the answer that was given, '' for none."""
        self.box.reached.append(stage)
        rude = self.box.rude.get(stage, "")
        if rude in {DROP, DIE}:
            if rude == DIE:
                self.listener[0].close()
                self.box.died.set()
            self.transport.abort()
        elif rude == STALL:
            await asyncio.Event().wait()
        elif rude == TRICKLE:
            while True:
                await super().push("250-and so on")
                await asyncio.sleep(0.02)
        elif rude and stage != "END":
            await super().push(rude)
        return rude

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self.is_rude("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        if not await self.is_rude("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self.is_rude("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self.is_rude("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self.is_rude("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self.is_rude("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self.is_rude("DATA"):
            await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, smtp: _RudeSmtp) -> None:
        self._smtp = smtp

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        box = self._smtp.box
        if rude := await self._smtp.is_rude("END"):
            return rude
        if box.gate is not None:
            box.at_gate.set()
            while not box.gate.is_set():
                await asyncio.sleep(0.01)
        box.received.append(envelope)
        return "250 taken"


def _check_login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


@contextmanager
def running(security: Security = Security.NONE, *, login: bool = False, port: int = 0) -> Iterator[Mailbox]:
    """A mail server for as long as the block lasts; with `login`, it takes mail from nobody else."""
    loop = asyncio.new_event_loop()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, _KEY)
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "test", "loop": loop}
    if security == Security.STARTTLS:
        options |= {"tls_context": context}
    if login:
        options |= {"authenticator": _check_login, "auth_required": True, "auth_require_tls": security != Security.TLS}
    else:
        options["auth_exclude_mechanism"] = ["LOGIN", "PLAIN"]
    box = Mailbox(MailServer())
    listener: list[asyncio.Server] = []
    ready = threading.Event()

    async def listen() -> None:
        tls = context if security == Security.TLS else None
        factory = lambda: _RudeSmtp(box, listener, **options)  # noqa: E731
        listener.append(await loop.create_server(factory, "127.0.0.1", port, ssl=tls))
        ready.set()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(listen())
        loop.run_forever()
        listener[0].close()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(60)
    number = listener[0].sockets[0].getsockname()[1]
    box.settings = MailServer(
        "localhost", number, security, USER if login else "", PASSWORD if login else "", "shop@example.com", "Joe's"
    )
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
