"""One module for each resource. An operation takes validated input and calls one service function."""
