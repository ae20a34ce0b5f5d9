"""All actions, ready to be called by the engine."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from actions.dialogue.asking import AnswerQuestion, FindGridWorker, TellContact
from actions.dialogue.booking import Appoint, DropBooking, FillBooking, MakeAppointment, Stop
from actions.dialogue.booking_questions import ASKING
from actions.dialogue.counter import Counter
from actions.dialogue.danger import Emergency, SelfHarm
from actions.dialogue.following import AddToTicket, QueryTicket, RateService, UrgeTicket, WithdrawTicket
from actions.dialogue.people import AskBack, HandOver, RecordPraise
from actions.dialogue.report_questions import AskCategory, AskConfirm, AskWhat, AskWhere
from actions.dialogue.reporting import DropReport, FillReport, OpenTicket

AT_THE_COUNTER = (
    FillReport,
    AskCategory,
    AskConfirm,
    OpenTicket,
    AnswerQuestion,
    TellContact,
    FindGridWorker,
    QueryTicket,
    UrgeTicket,
    AddToTicket,
    WithdrawTicket,
    RateService,
    Emergency,
    SelfHarm,
    HandOver,
    AskBack,
    RecordPraise,
    Appoint,
    FillBooking,
    *ASKING,
    MakeAppointment,
    Stop,
)
BY_THEMSELVES = (AskWhat, AskWhere, DropReport, DropBooking)


def make_executor(counter: Counter) -> ActionExecutor:
    """An executor with every action of the domain."""
    executor = ActionExecutor()
    for action in (*(made(counter) for made in AT_THE_COUNTER), *(made() for made in BY_THEMSELVES)):
        executor.register_action(action)
    return executor
