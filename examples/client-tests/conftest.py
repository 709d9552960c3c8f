"""One server for all tests, back at its start before each of them."""

import pytest

from client import Client
from fake import Fake

USERSIG = "eJw1jcEKgjAYgN9lZ1n-zs0pdOmUl0gRIq"


@pytest.fixture(scope="session")
def server():
    fake = Fake()
    yield fake
    assert fake.stop() == 0


@pytest.fixture
def fake(server):
    server.reset()
    return server


@pytest.fixture
def client(fake):
    return Client(fake.url, sdkappid=1400000000, admin="administrator", usersig=USERSIG, pause_seconds=0.001)


@pytest.fixture
def clean(fake):
    """For tests in which the client must make no mistake: nothing is found in any of its calls."""
    yield
    found = [finding for call in fake.calls() for finding in call["findings"]]
    assert found == []
