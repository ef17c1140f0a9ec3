"""Values kept for the keys used last."""

from concurrent.futures import ThreadPoolExecutor

from index.remembering import LastUsed


def test_the_keys_used_last_keep_their_values():
    made = []
    kept = LastUsed(2)

    def make(key):
        made.append(key)
        return key * 2

    assert [kept.get(key, make) for key in (1, 2, 1, 3, 1, 2)] == [2, 4, 2, 6, 2, 4]
    assert made == [1, 2, 3, 2]


def test_threads_get_each_its_own_value():
    kept = LastUsed(4)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda key: kept.get(key % 9, lambda own: own * 2), range(999)))
    assert found == [key % 9 * 2 for key in range(999)]


def test_what_fails_is_not_kept():
    kept = LastUsed(2)
    for value in ("1", "x", "1"):
        try:
            assert kept.get(value, int) == 1
        except ValueError:
            assert value == "x"
