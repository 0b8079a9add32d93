"""Deployments of our own, over servers that a test may stop: whoever does starts them again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import a_session, free_port, serving
from tests.support.clones import a_clone
from tests.support.cluster import Cluster, cluster_on, environment_for
from tests.support.database import make_template
from tests.support.deployment import Deployment, deployed
from tests.support.servers import RunningServers, start_test_servers
from tests.support.studio import Studio


@pytest.fixture(scope="session")
async def own_servers() -> AsyncIterator[RunningServers]:
    with start_test_servers() as running:
        await make_template(running)
        yield running


@pytest.fixture
async def cluster(own_servers: RunningServers, tmp_path: Path) -> AsyncIterator[Cluster]:
    """A database and a Redis of its own, empty, and no process yet."""
    async with a_clone(own_servers) as database:
        environment = environment_for(own_servers, database, port=free_port(), data_dir=tmp_path / "data")
        async with cluster_on(own_servers, environment, tmp_path) as made:
            yield made


@pytest.fixture
async def user(cluster: Cluster) -> AsyncIterator[Studio]:
    """Of the cluster, through an API in this process: for tests that stop and kill something else."""
    async with serving(cluster.settings) as url, a_session() as http:
        yield Studio(url, cluster.settings, http)


@pytest.fixture(scope="module")
async def running_deployment(
    own_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployment")
    async with a_clone(own_servers) as database:
        environment = environment_for(own_servers, database, port=free_port(), data_dir=folder / "data")
        async with cluster_on(own_servers, environment, folder) as cluster, deployed(cluster) as made:
            yield made


@pytest.fixture
async def deployment(running_deployment: Deployment) -> Deployment:
    """One for a whole file, empty for each test. Its API runs."""
    await running_deployment.empty()
    return running_deployment


@pytest.fixture
async def customer(deployment: Deployment) -> AsyncIterator[Studio]:
    """A new user of that API."""
    async with deployment.cluster.client() as studio:
        yield studio
