"""WeChat official accounts and WeCom: what residents send there goes to the flow, what we say goes back.

Written after the public documents and tested against a server of the tests' own; not yet tried with the real ones.
"""
