"""What can go wrong with an appointment; part of the tree in `actions.errors`."""

from __future__ import annotations

from actions.errors import ActionError


class SlotUnknown(ActionError):
    """No window has such a time, or it can't be booked: over, too near, too far ahead."""

    code = "slot_unknown"


class SlotFull(ActionError):
    """Somebody else took the last place."""

    code = "slot_full"


class TooManyAppointments(ActionError):
    """A resident has as many appointments to come as one may have."""

    code, fields = "too_many_appointments", ("most",)


class HomeAddressMissing(ActionError):
    """Nobody can come to a home without knowing where it is."""

    code = "home_address_missing"


class AppointmentUnknown(ActionError):
    """No appointment bears that number."""

    code, fields = "appointment_unknown", ("number",)


class AppointmentNotYours(ActionError):
    """A resident reaches for somebody else's appointment."""

    code, fields = "appointment_not_yours", ("number",)


class AppointmentOver(ActionError):
    """The appointment was cancelled, or is in the past."""

    code, fields = "appointment_over", ("number",)
