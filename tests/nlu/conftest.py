"""Most of these tests run in the engine's Python (`make test` does so), for the service's has none of what they need.

What needs the standard library and hypothesis alone runs in the service's.
"""

from importlib.util import find_spec

IN_THE_SERVICE = ["test_properties.py"]

collect_ignore = IN_THE_SERVICE if find_spec("rasa") else []
collect_ignore_glob = [] if find_spec("rasa") else ["test_[!p]*.py"]
