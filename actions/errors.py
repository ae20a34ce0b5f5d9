"""What can go wrong with a deed: one tree. Each error has a code and fields; the sentence a person reads is not here.

The wording lies in `knowledge/dialogue/replies/errors.yml` under `error.<code>`: an entry point says
`say(error.key, **error.values)`. A test holds the two together, so no error is without a sentence that says what to do.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar


class ActionError(Exception):
    """A deed that was not done. `values` holds exactly the `fields` that its class names, for the wording."""

    code: ClassVar[str] = "action_failed"
    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **values: object) -> None:
        if set(values) != set(self.fields):
            raise TypeError(f"{type(self).__name__} takes {self.fields}, not {tuple(values)}")
        super().__init__(f"{self.code} {values}" if values else self.code)
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes; an exception's own way of doing so knows no keywords."""
        return partial(type(self), **self.values), ()

    @property
    def key(self) -> str:
        """The wording's key."""
        return f"error.{self.code}"


class TicketUnknown(ActionError):
    """No ticket bears that number."""

    code, fields = "ticket_unknown", ("number",)


class NotNow(ActionError):
    """The ticket's state has no such way on: what is asked, and where the ticket stands (both in Chinese)."""

    code, fields = "not_now", ("number", "event", "state")


class NotAllowed(ActionError):
    """The role may not do that: what is asked, and who asks (both in Chinese)."""

    code, fields = "not_allowed", ("event", "role")


class NotYours(ActionError):
    """A grid worker or a resident reaches for somebody else's ticket."""

    code, fields = "not_yours", ("number",)


class NoteMissing(ActionError):
    """The deed needs a sentence on what was done or is wanted."""

    code, fields = "note_missing", ("event",)


class ReasonMissing(ActionError):
    """The deed needs a reason."""

    code, fields = "reason_missing", ("event",)


class PhotoMissing(ActionError):
    """The deed needs a photo."""

    code, fields = "photo_missing", ("event",)


class ReportEmpty(ActionError):
    """A report that does not say what is the matter."""

    code = "report_empty"


class WorkerUnknown(ActionError):
    """No grid worker bears that id."""

    code, fields = "worker_unknown", ("worker",)


class CannotMerge(ActionError):
    """A ticket cannot be merged into itself, into one that is over, or across the line that keeps complaints apart."""

    code, fields = "cannot_merge", ("number", "into")


class CannotUnmerge(ActionError):
    """The ticket that it went into was merged on itself: that has to be undone first."""

    code, fields = "cannot_unmerge", ("number", "into")


class WishPending(ActionError):
    """The owner has asked for something already, and nobody has answered yet: what (in Chinese)."""

    code, fields = "wish_pending", ("number", "wish")


class NoWish(ActionError):
    """Nothing of the kind was asked for, or somebody has answered already."""

    code, fields = "no_wish", ("number",)


class OwnWish(ActionError):
    """Nobody grants what she asked for herself."""

    code, fields = "own_wish", ("number",)


class TooLateToReturn(ActionError):
    """A ticket is given back within so many working days, or not at all."""

    code, fields = "too_late_to_return", ("number", "days")


class TooLateToExtend(ActionError):
    """More time is asked for before the time is up."""

    code, fields = "too_late_to_extend", ("number",)


class DateTooEarly(ActionError):
    """The new date lies before the one that counts now, or in the past: what it is for (in Chinese)."""

    code, fields = "date_too_early", ("event",)


class PartsOpen(ActionError):
    """Others still work at their parts: who."""

    code, fields = "parts_open", ("number", "who")


class PartUnknown(ActionError):
    """Somebody who was not asked to help, or has done her part already."""

    code, fields = "part_unknown", ("number", "who")


class NotForThem(ActionError):
    """A confidential ticket was to go to somebody who must not see it."""

    code, fields = "not_for_them", ("worker",)


class RemedyUnknown(ActionError):
    """No legal way to go bears that id."""

    code, fields = "remedy_unknown", ("remedy",)


class RemediesBroken(ActionError):
    """The table of legal ways to go breaks its own shape: which one."""

    code, fields = "remedies_broken", ("remedy",)


class LineTooShort(ActionError):
    """Nobody stands above the supervisor, so a complaint about the supervisor would have nowhere to go."""

    code = "line_too_short"


class DeadlineUnknown(ActionError):
    """A kind of case names a deadline class that the table does not have."""

    code, fields = "deadline_unknown", ("deadline",)


class DeadlinesBroken(ActionError):
    """The table of deadline classes breaks its own shape: which class, and what is wrong with it."""

    code, fields = "deadlines_broken", ("deadline", "problem")


class ConversationUnknown(ActionError):
    """No conversation bears that id."""

    code, fields = "conversation_unknown", ("conversation",)


class ConversationTaken(ActionError):
    """Another operator already has the conversation."""

    code, fields = "conversation_taken", ("conversation", "operator")


class ConversationNotYours(ActionError):
    """An operator speaks in, or gives back, a conversation that she has not taken over."""

    code, fields = "conversation_not_yours", ("conversation",)


class MessageEmpty(ActionError):
    """An operator sends nothing."""

    code = "message_empty"


class MessageUnknown(ActionError):
    """No message bears that id."""

    code, fields = "message_unknown", ("message",)


class AccountUnknown(ActionError):
    """No account bears that login."""

    code, fields = "account_unknown", ("login",)


class AccountExists(ActionError):
    """An account of that login is there already."""

    code, fields = "account_exists", ("login",)


class DatabaseUnreachable(ActionError):
    """The database does not answer; `address` is its URL without the password."""

    code, fields = "database_unreachable", ("address",)


class DatabaseUnsupported(ActionError):
    """A URL of a kind of database that is not kept here; `address` is the URL without the password."""

    code, fields = "database_unsupported", ("address",)


class EmailMalformed(ActionError):
    """What was given as an account's address can't be one."""

    code, fields = "email_malformed", ("email",)


class NoSender(ActionError):
    """A notice for an audience that no channel here can reach."""

    code, fields = "no_sender", ("audience",)


class NoticeUnknown(ActionError):
    """No notice bears that id, or it is not a dead letter."""

    code, fields = "notice_unknown", ("notice",)


class WebhooksBroken(ActionError):
    """The setting that names the webhooks breaks its own shape: which one, and what is wrong with it."""

    code, fields = "webhooks_broken", ("place", "problem")
