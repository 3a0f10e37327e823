"""One module for each resource. An operation takes validated input, calls one service function and answers."""
