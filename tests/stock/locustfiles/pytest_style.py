"""A pytest file as locustfile: no user class, test functions with Locust's own fixtures."""

COUNT = {"n": 0}


def test_page(session):  # noqa: ANN001, ANN201
    session.get("/ok", name="page")
    COUNT["n"] += 1
    if COUNT["n"] == 3:
        session.user.environment.runner.quit()
