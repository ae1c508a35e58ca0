"""What several Rasa servers share, over Redis and PostgreSQL. One server alone needs nothing of it."""
