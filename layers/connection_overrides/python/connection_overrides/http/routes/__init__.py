"""One module per resource. A route takes validated input, calls one service function and answers."""
