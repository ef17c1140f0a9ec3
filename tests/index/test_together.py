"""Texts of several threads encoded together: everyone gets their own rows, or their own error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.encode import BUNDLED, load_encoder
from index.together import Together

QUESTIONS = ["质押融资", "专利导航", "人民调解", "海关保护", "专利保险", "一省一法"]


class Engine:
    """A row is a text's length. The first call waits until it is let go."""

    def __init__(self):
        self.calls, self.threads = [], set()
        self.entered, self.released = threading.Event(), threading.Event()

    def __call__(self, texts):
        self.calls.append(texts)
        self.threads.add(threading.get_ident())
        if len(self.calls) == 1:
            self.entered.set()
            assert self.released.wait(20)
        if "坏" in texts:
            raise ValueError("坏")
        return np.array([[len(text)] for text in texts], dtype=np.float32).reshape(-1, 1)


def asked_at_once(engine, *questions):
    """What each of `questions` came to, all of them asked while a first one was being encoded."""
    together = Together(engine)
    with ThreadPoolExecutor(1 + len(questions)) as pool:
        first = pool.submit(together, ["先"])
        assert engine.entered.wait(20)
        rest = [pool.submit(together, texts) for texts in questions]
        while len(together._waiting) < len(questions):
            threading.Event().wait(0.001)
        engine.released.set()
        assert first.result().tolist() == [[1]]
    return rest


def test_what_waits_goes_together_and_everyone_gets_their_own_rows():
    engine = Engine()
    found = asked_at_once(engine, ["一"], [], ["二二", "三三三"])
    assert [future.result().tolist() for future in found] == [[[1]], [], [[2], [3]]]
    assert engine.calls[0] == ["先"]
    assert sorted(engine.calls[1]) == ["一", "三三三", "二二"] and len(engine.calls) == 2
    assert len(engine.threads) == 1


def test_what_cannot_be_encoded_is_told_to_whoever_asked_for_it():
    good, bad = asked_at_once(Engine(), ["一"], ["坏"])
    assert good.result().tolist() == [[1]]
    assert isinstance(bad.exception(), ValueError)


def test_the_bundled_engine_gives_the_same_whatever_stands_beside():
    encoder = load_encoder(BUNDLED)
    alone = [encoder.encode_query([question]) for question in QUESTIONS]
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        together = list(pool.map(lambda q: encoder.encode_query([q]), QUESTIONS))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))
    assert np.array_equal(encoder.encode_query(QUESTIONS), np.vstack(alone))
