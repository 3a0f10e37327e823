"""The local run: the real template, authorizer and functions on loopback, without Docker and without an AWS account.

`docs/local-run.md` says how it is used, `docs/adr/0004-local-run.md` why it is built this way.
"""
