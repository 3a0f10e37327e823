"""What the service does, one function per operation. Knows no HTTP and no DynamoDB."""
