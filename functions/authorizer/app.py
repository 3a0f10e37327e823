"""The Lambda authorizer (REQUEST type), which verifies access tokens for all routes that are not public."""

from connection_overrides.startup import fast_import

with fast_import():
    import os

    from aws_lambda_powertools import Logger

    from connection_overrides.auth.handler import create_handler
    from connection_overrides.auth.settings import Settings

    # The issuer's keys are fetched by the first event, never into a SnapStart snapshot.
    handler = create_handler(Settings.from_environment(os.environ), Logger())
