"""All parts of a running server put together: processes, service, pages. Runs in one event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import ExitStack
from functools import partial

from flask import Flask

from tongzhou.graph.backup import readable_store
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.errors import ReleaseError
from tongzhou.graph.release import Release, current_release, default_home
from tongzhou.server.app import create_app
from tongzhou.server.bridge import Bridge
from tongzhou.server.config import Config
from tongzhou.server.description import Facts
from tongzhou.server.openapi.describe import describe_api
from tongzhou.server.operations import Operations
from tongzhou.server.query_endpoint import QueryEndpoint
from tongzhou.server.questions.api import QuestionApi
from tongzhou.server.questions.stored import StoredQueries
from tongzhou.server.records import Recorder
from tongzhou.server.service import Service
from tongzhou.server.site import Site
from tongzhou.server.tokens import TokenFile
from tongzhou.server.workers.launch import ForkLauncher, Snapshot
from tongzhou.server.workers.pool import Limits, Pool
from tongzhou.server.workers.spawn import SpawnLauncher
from tongzhou.server.write_endpoint import WriteEndpoint
from tongzhou.server.writing import WriteLimits, Writer

_QUIET = 1.0  # seconds without a write after which a dataset is held in memory again
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0  # seconds before data that were lost from memory are loaded again
_LOG = logging.getLogger(__name__)


class Backend:
    """A server without its front. `start` before anything is asked, `close` at the end."""

    def __init__(self, config: Config, site: Site) -> None:
        """Put the parts together; nothing runs yet. Raises DatasetError, TokenFileError."""
        self.config = config
        self.site = site
        self._held = ExitStack()
        tokens = TokenFile(config.token_file)
        self._launcher = _launcher_of(config)
        self.pool = Pool(self._launcher, _limits_of(config))
        self._writer = self._make_writer()
        self.recorder = Recorder(config)
        facts = _facts_of(config, site)
        limits = {name: value for name, value, _ in facts.limits}
        queries = QueryEndpoint(self.pool, config, facts)
        writes = WriteEndpoint(queries, self._writer, tokens, self.recorder.metrics.count_write)
        self.operations = Operations(self.pool, queries, self.recorder, tokens, limits)
        questions = QuestionApi(StoredQueries(site.catalog, queries), partial(describe_api, site))
        self.service = Service(queries, writes, self.operations, questions, site)
        self._loading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the processes; return once queries are answered. Raises DatasetError, ReleaseError, OSError."""
        await self.pool.switch(await self._first_snapshot())
        self._load_later(0)

    def create_app(self) -> Flask:
        """Return the Flask application, which asks this backend in the running loop."""
        bridge = Bridge(self.service, asyncio.get_running_loop(), self.recorder)
        return create_app(bridge, self.site, self.config)

    async def reload(self, release: Release) -> None:
        """Serve another release: what begins from now on sees it. Raises OSError where it can't be opened."""
        await self._switch(Snapshot(release.store_path, release.name), quiet=0)
        self.site.release = release

    async def close(self, *, grace: float) -> None:
        """End all processes, those at work after `grace` seconds at the latest."""
        self.operations.stopping = True
        if self._loading:
            self._loading.cancel()
        if self._writer:
            await self._writer.close(grace=grace)
        await self.pool.close(grace=grace)
        self._held.close()
        self.recorder.logs.close()

    def _make_writer(self) -> Writer | None:
        if self.config.dataset is None or not self.config.writable:
            return None
        return Writer(
            self._launcher,
            self.config.dataset,
            WriteLimits(deadline=self.config.write_deadline),
            on_checkpoint=self._switch,
            oldest_read=lambda: self.pool.oldest_snapshot,
        )

    async def _first_snapshot(self) -> Snapshot:
        if self._writer:
            return await self._writer.start()
        if self.config.dataset:
            folder = DatasetFolder.create_or_open(self.config.dataset)
            path = self._held.enter_context(readable_store(folder, "tongzhou serve"))
            return Snapshot(
                path, f"{time.time_ns()}"
            )  # the folder may have been loaded into since the last time
        assert self.site.release is not None
        return Snapshot(self.site.release.store_path, self.site.release.name)

    async def _switch(self, snapshot: Snapshot, quiet: float = _QUIET) -> None:
        """Answer from another snapshot, which is held in memory after `quiet` seconds without yet another."""
        await self.pool.switch(snapshot)
        self.service.queries.forget()
        self.operations.in_memory = False
        self._load_later(quiet)

    def _load_later(self, seconds: float) -> None:
        """Hold the snapshot in memory once there has been no other for a while."""
        if self._loading:
            self._loading.cancel()
        self._loading = asyncio.get_running_loop().create_task(self._hold(seconds))

    async def _hold(self, seconds: float) -> None:
        """Hold the snapshot in memory, and load it again where the process that holds it ends, ever more patiently."""
        await asyncio.sleep(seconds)
        pause = _FIRST_PAUSE
        while await self.pool.load():
            self.operations.in_memory = True
            await self._launcher.until_unloaded()
            self.operations.in_memory = False
            _LOG.warning("the data are no longer held in memory; they are loaded again in %g s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


async def reload_current(backend: Backend) -> None:
    """Serve the current release of the home, where it is another one; what is wrong with it is logged.

    A dataset has nothing to load anew.
    """
    if backend.site.release is None:
        return
    try:
        release = await asyncio.to_thread(current_release, backend.config.home or default_home())
        if release and release.name != backend.site.release.name:
            await backend.reload(release)
            _LOG.warning("serving release %s", release.name)
    except (ReleaseError, OSError) as error:
        _LOG.error("the former release is served on: %s", error)


def _launcher_of(config: Config) -> ForkLauncher | SpawnLauncher:
    if config.start_method == "spawn":
        return SpawnLauncher(memory=config.memory)
    return ForkLauncher(memory=config.memory, in_memory_quads=config.in_memory_quads)


def _limits_of(config: Config) -> Limits:
    return Limits(
        workers=config.workers,
        most_running=config.long_queries,
        most_queued=config.queued,
        per_client=config.per_client,
        deadline=config.deadline,
    )


def _facts_of(config: Config, site: Site) -> Facts:
    limits = (
        ("seconds a query may take", config.deadline, "SEC"),
        ("rows or triples of an answer", float(config.rows), None),
        ("bytes of an answer", float(config.answer_bytes), "AD"),
        ("bytes of a query", float(config.request_bytes), "AD"),
        ("queries at once of one client", float(config.per_client), None),
    )

    def entailment() -> str:
        return site.release.entailment if site.release else "none"

    return Facts(site.release is not None, config.writable, limits, site.examples, entailment)
