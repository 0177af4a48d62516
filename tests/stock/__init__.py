"""Stock locustfiles run by both programs: lftui must report what Locust reports."""
