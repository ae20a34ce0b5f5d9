"""Positions: WeChat's map shifts them within China (GCJ-02), the grids are drawn in WGS 84.

The shift is the published one (as in the eviltransform project); its inverse is found by taking the shift off and
correcting what is left over.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt

RADIUS, FLATTENING = 6378245.0, 0.00669342162296594323
"""Krasovsky's ellipsoid: metres, and the square of its eccentricity."""
ROUNDS = 3
"""After two the remainder is below a millimetre."""


def true_position(lat: float, lon: float) -> tuple[float, float]:
    """Latitude and longitude in WGS 84 of a position in GCJ-02; outside China there is no shift."""
    if not (0.8293 <= lat <= 55.8271 and 72.004 <= lon <= 137.8347):
        return lat, lon
    true = lat, lon
    for _ in range(ROUNDS):
        north, east = shift(*true)
        true = lat - north, lon - east
    return round(true[0], 6), round(true[1], 6)


def shift(lat: float, lon: float) -> tuple[float, float]:
    """By how many degrees a position in WGS 84 is moved north and east."""
    x, y = lon - 105.0, lat - 35.0
    swing = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    root, curve = sqrt(abs(x)), 1 - FLATTENING * sin(lat / 180.0 * pi) ** 2
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + swing
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + swing
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    north_degree = RADIUS * (1 - FLATTENING) / (curve * sqrt(curve)) / 180.0 * pi
    east_degree = RADIUS / sqrt(curve) * cos(lat / 180.0 * pi) / 180.0 * pi
    return north / north_degree, east / east_degree
