"""The engine beside vanilla Chinese Rasa, in one run on one machine: `make benchmark`."""
