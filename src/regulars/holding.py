"""Holding: letters of senders whom nobody knows. They wait, and make no customer, until somebody says who that is."""
