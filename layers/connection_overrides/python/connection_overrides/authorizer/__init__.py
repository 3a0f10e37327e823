"""Who may call: from an API Gateway REQUEST authorizer event to a policy, or to 401.

`authorizer.handler` is the entry; the steps stand in the order in which a token meets them: `bearer` (the header),
`jws` (the token's form and signature), `key_cache`, `jwks_endpoint` and `jwk` (the issuer's keys), `claims` (what the
token says) and `policy` (the answer). Nothing here may load boto3 or pydantic: the cold start of every first call to
the API passes through this package.
"""
