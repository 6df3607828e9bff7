"""What payments does with work put aside, one module per noun."""
