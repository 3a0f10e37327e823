"""What the service takes: time, as ratios measured in one run, and money, worked out."""
