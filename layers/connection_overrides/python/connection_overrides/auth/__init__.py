"""Verification of access tokens: from an API Gateway REQUEST authorizer event to an IAM policy, or to 401.

`handler.create_handler` is the entry point. Do not import boto3 or pydantic here: the first call to the API waits for
the cold start of this package.
"""
