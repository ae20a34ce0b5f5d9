"""One transaction on the database, with all its repositories."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from actions.errors import DatabaseUnreachable
from actions.store.accounts import SqlAccounts
from actions.store.appointments import SqlAppointments
from actions.store.attachments import SqlAttachments
from actions.store.attendance import SqlAttendance
from actions.store.claims import SqlClaims
from actions.store.conversations import SqlConversations
from actions.store.erasure import SqlErasure
from actions.store.house_answers import SqlHouseAnswers
from actions.store.messages import SqlMessages
from actions.store.outbox import SqlOutbox
from actions.store.persons import SqlPersons
from actions.store.pocket import SqlPocket
from actions.store.shortfalls import SqlShortfalls
from actions.store.tickets import Announce, SqlTickets, silent

READING = "linli_reading"
"""Execution option of a transaction that will not write."""


class SqlUnitOfWork:
    """A unit of work for tickets, conversations, notices and accounts alike; used once, by one thread.

    With `reading` it takes no lock, so that a screen never keeps a deed waiting. `announce`: see `SqlTickets`.
    """

    tickets: SqlTickets
    outbox: SqlOutbox
    conversations: SqlConversations
    messages: SqlMessages
    claims: SqlClaims
    persons: SqlPersons
    erasure: SqlErasure
    accounts: SqlAccounts
    appointments: SqlAppointments
    attachments: SqlAttachments
    attendance: SqlAttendance
    shortfalls: SqlShortfalls
    house_answers: SqlHouseAnswers
    pocket: SqlPocket

    def __init__(self, engine: Engine, *, reading: bool = False, announce: Announce = silent) -> None:
        self._engine, self._reading, self._announce = engine, reading, announce
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        if self._connection is not None:
            raise RuntimeError("a unit of work is one transaction: take a fresh one")
        self._connection = self._begun()
        self.tickets = SqlTickets(self._connection, locking=not self._reading, announce=self._announce)
        self.outbox = SqlOutbox(self._connection)
        self.conversations = SqlConversations(self._connection, locking=not self._reading)
        self.messages = SqlMessages(self._connection, locking=not self._reading)
        self.claims = SqlClaims(self._connection)
        self.persons = SqlPersons(self._connection, locking=not self._reading)
        self.erasure = SqlErasure(self._connection)
        self.accounts = SqlAccounts(self._connection)
        self.appointments = SqlAppointments(self._connection, locking=not self._reading)
        self.attachments = SqlAttachments(self._connection)
        self.attendance = SqlAttendance(self._connection)
        self.shortfalls = SqlShortfalls(self._connection)
        self.house_answers = SqlHouseAnswers(self._connection)
        self.pocket = SqlPocket(self._connection, locking=not self._reading)
        return self

    def _begun(self) -> Connection:
        """A connection with its transaction begun; `DatabaseUnreachable` where there is none to be had."""
        try:
            connection = self._engine.connect().execution_options(**{READING: self._reading})
        except OperationalError as failure:
            raise DatabaseUnreachable(address=self._engine.url.render_as_string()) from failure
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._open()
        try:
            connection.rollback()
        finally:
            connection.close()

    def commit(self) -> None:
        """Make it so. What was locked is free afterwards; nothing more can be done in this unit."""
        self._open().commit()

    def _open(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("a unit of work is used in a with block")
        return self._connection
