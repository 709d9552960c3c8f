"""One server for all tests, reset before each of them."""

import pytest

from client import Client
from fake import Fake

# Made up: without --key, the server verifies no UserSig.
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
    """Fails a test at its end if the service found an error or a warning in any call of the client."""
    yield
    found = [finding for call in fake.calls() for finding in call["findings"]]
    assert found == []
