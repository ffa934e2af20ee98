"""The figures of docs/reliability.md, one program each: `python -m soak.f01_calendar` below tests/.

`make soak` runs them all. The reduced sets of `make test` import them, so that both measure the same thing.
"""
