"""The local run: the real template, authorizer and functions on loopback, without Docker and without an AWS account.

`docs/local-run.md` explains how to use it, `docs/adr/0004-run-locally-on-ministack.md` why it is built this way.
"""
