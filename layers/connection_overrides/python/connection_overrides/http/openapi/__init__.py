"""The OpenAPI document, made from routes, models, kinds and problems. No function imports this when it starts."""
