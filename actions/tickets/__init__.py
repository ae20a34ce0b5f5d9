"""Tickets (工单): what residents report, on its way to whoever puts it right. Pure: standard library only."""
