"""What the events in `events/registry` get, once in process and once in containers."""

from typing import Final

STATUSES: Final = {
    "create-project": 201,
    "list-projects": 200,
    "get-project": 200,
    "create-environment": 201,
    "list-environments": 200,
    "get-environment": 200,
    "create-connection": 201,
    "list-connections": 200,
    "get-connection": 200,
    "create-override": 201,
    "create-override-that-exists": 409,
    "list-overrides": 200,
    "get-override": 200,
    "list-problems": 200,
    "get-problem": 200,
    "refuse-unknown-field": 400,
    "refuse-repeated-member": 400,
    "refuse-another-auth-type": 400,
    "refuse-unknown-environment": 404,
    "refuse-unknown-project": 404,
    "refuse-bad-project-id": 400,
    "refuse-content-type": 415,
    "refuse-missing-scope": 403,
    "refuse-unprotected-scope": 403,
    "refuse-without-caller": 401,
    "refuse-expired-caller": 401,
    "refuse-method": 405,
}
