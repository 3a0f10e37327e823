"""The OpenAPI document, derived from operations, models, connection types and problems. No request needs it."""
