"""The cache keeps to its bytes, and what is asked for twice outlives any run of one-off entries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tongzhou.server.cache import Cache

MOST = 1000
LARGEST = 60


def test_entries_are_found_again() -> None:
    cache: Cache[str] = Cache(MOST, LARGEST)
    cache.put(b"a", "A", 10)
    cache.put(("b", 1), "B", 20)
    assert (cache.get(b"a"), cache.get(("b", 1)), cache.get(b"c")) == ("A", "B", None)
    assert (cache.size, len(cache)) == (30, 2)


def test_an_entry_too_large_is_not_kept_and_ends_the_former_one() -> None:
    cache: Cache[str] = Cache(MOST, LARGEST)
    cache.put(b"a", "A", LARGEST)
    cache.put(b"a", "AA", LARGEST + 1)
    assert cache.get(b"a") is None
    assert cache.size == 0


def test_no_bytes_keep_nothing() -> None:
    cache: Cache[str] = Cache(0, LARGEST)
    cache.put(b"a", "A", 1)
    assert (cache.get(b"a"), cache.size) == (None, 0)


def test_the_repeated_entry_used_longest_ago_goes_first() -> None:
    cache: Cache[int] = Cache(MOST, LARGEST)
    for number in range(20):
        cache.put(number, number, 50)
        assert cache.get(number) == number
        assert cache.get(0) == 0
    assert cache.get(1) is None
    assert cache.get(2) is None
    assert cache.get(3) == 3
    assert cache.size == 900


def test_an_emptied_cache_takes_entries_again() -> None:
    cache: Cache[str] = Cache(MOST, LARGEST)
    cache.put("one-off", "A", 10)
    cache.put("repeated", "B", 20)
    cache.get("repeated")
    cache.clear()
    assert (cache.get("one-off"), cache.get("repeated"), cache.size, len(cache)) == (None, None, 0, 0)
    cache.put("one-off", "C", 10)
    assert (cache.get("one-off"), cache.size) == ("C", 10)


@given(st.lists(st.integers(0, 200), max_size=300))
def test_one_off_entries_never_push_out_a_repeated_one(sizes: list[int]) -> None:
    cache: Cache[str] = Cache(MOST, LARGEST)
    cache.put("repeated", "R", LARGEST)
    cache.get("repeated")
    for number, size in enumerate(sizes):
        cache.put(number, "one-off", size)
    assert cache.get("repeated") == "R"


class CacheMachine(RuleBasedStateMachine):
    """Compares the cache with a slow model: two lists of (key, entry, size), the one used last at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: Cache[int] = Cache(MOST, LARGEST)
        self.probation: list[tuple[int, int, int]] = []
        self.kept: list[tuple[int, int, int]] = []

    @rule(key=st.integers(0, 60), entry=st.integers(), size=st.integers(0, 70))
    def put(self, key: int, entry: int, size: int) -> None:
        self.cache.put(key, entry, size)
        repeated = any(item[0] == key for item in self.kept)
        self.kept = [item for item in self.kept if item[0] != key]
        self.probation = [item for item in self.probation if item[0] != key]
        if size <= LARGEST:
            (self.kept if repeated else self.probation).append((key, entry, size))

    @rule(key=st.integers(0, 60))
    def get(self, key: int) -> None:
        item = next((item for item in self.probation + self.kept if item[0] == key), None)
        assert self.cache.get(key) == (item and item[1])
        if item:
            self.probation = [other for other in self.probation if other != item]
            self.kept = [*(other for other in self.kept if other != item), item]

    @invariant()
    def the_oldest_go_until_the_rest_fits(self) -> None:
        while sum(size for _, _, size in self.probation) > MOST // 10:
            self.probation.pop(0)
        while sum(size for _, _, size in self.kept) > MOST - MOST // 10:
            self.kept.pop(0)
        assert self.cache.size == sum(size for _, _, size in self.probation + self.kept) <= MOST
        assert len(self.cache) == len(self.probation) + len(self.kept)


TestCacheMachine = CacheMachine.TestCase
