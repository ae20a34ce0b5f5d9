"""Appointments (预约): at a window, outside its usual hours (错时), or at home (上门)."""
