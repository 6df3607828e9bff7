"""Billing: what the community itself sells. Owns plans, usage, subscriptions, coupons, packages, purchases, invoices, tax lines.

Fills `Payable` for credits, subscriptions and boosts; asks payments to charge; says what began, ended and was invoiced.
"""
