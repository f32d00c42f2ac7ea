"""The cache keeps to its bytes, and what is asked for twice outlives any run of one-off entries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

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


@given(st.lists(st.integers(0, 200), max_size=300))
def test_one_off_entries_never_push_out_a_repeated_one(sizes: list[int]) -> None:
    cache: Cache[str] = Cache(MOST, LARGEST)
    cache.put("repeated", "R", LARGEST)
    cache.get("repeated")
    for number, size in enumerate(sizes):
        cache.put(number, "one-off", size)
    assert cache.get("repeated") == "R"


class CacheMachine(RuleBasedStateMachine):
    """Compares the cache with a dictionary that forgets nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: Cache[int] = Cache(MOST, LARGEST)
        self.entries: dict[int, tuple[int, int]] = {}
        self.repeated: dict[int, int] = {}

    @rule(key=st.integers(0, 40), entry=st.integers(), size=st.integers(0, 70))
    def put(self, key: int, entry: int, size: int) -> None:
        self.cache.put(key, entry, size)
        if size <= LARGEST:
            self.entries[key] = (entry, size)
            if key in self.repeated:
                self.repeated[key] = size
        else:
            self.entries.pop(key, None)
            self.repeated.pop(key, None)

    @rule(key=st.integers(0, 40))
    def get(self, key: int) -> None:
        found = self.cache.get(key)
        if found is not None:
            assert found == self.entries[key][0]
            self.repeated[key] = self.entries[key][1]
        else:
            self.repeated.pop(key, None)

    @precondition(lambda self: sum(self.repeated.values()) <= MOST * 9 // 10)
    @invariant()
    def repeated_entries_that_fit_are_there(self) -> None:
        if sum(self.repeated.values()) > 0 and not self.overflowed:
            assert self.cache.size >= sum(self.repeated.values())

    @property
    def overflowed(self) -> bool:
        return sum(size for _, size in self.entries.values()) > MOST * 9 // 10

    @invariant()
    def bytes_are_bounded(self) -> None:
        assert 0 <= self.cache.size <= MOST
        assert len(self.cache) <= len(self.entries)


TestCacheMachine = CacheMachine.TestCase
