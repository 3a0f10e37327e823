"""The DynamoDB table: keys, rows, conditions, calls."""
