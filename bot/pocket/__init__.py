"""The worker's pocket: what a grid worker does in the street, whichever way it comes in."""
