"""TF-IDF of a message and linear scores: the short ways that run must say what scikit-learn would."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.classifiers.features import Features, Sample, Sparse, View, beside, characters
from nlu.classifiers.linear import Linear

LEARNED = ["路灯坏了好几天", "路灯不亮", "自来水发黄", "水管漏水，水漫到楼道", "楼道堆杂物", "公交不停站"]
NEW = ["楼道路灯不亮不亮", "没有见过", ""]


def samples(texts: list[str]) -> list[Sample]:
    return [Sample(text, text, (text[:2], text[2:])) for text in texts]


def dense(x: Sparse, width: int) -> np.ndarray:
    return np.asarray(csr_matrix((x.data, x.indices, x.indptr), (len(x.indptr) - 1, width)).todense())


def test_a_view_weighs_as_scikit_learn_does() -> None:
    view, learner = (
        View(characters, 2, 20),
        TfidfVectorizer(analyzer=characters, sublinear_tf=True, min_df=2, max_features=20),
    )
    assert np.allclose(view.fit(samples(LEARNED)).toarray(), learner.fit_transform(samples(LEARNED)).toarray())
    for sample, expected in zip(samples(NEW), learner.transform(samples(NEW)).toarray(), strict=True):
        columns, values = view.row(sample)
        row = np.zeros(view.width)
        row[columns] = values
        assert np.allclose(row, expected, atol=1e-6)


def test_what_was_learned_from_looks_the_same_later() -> None:
    features = Features()
    learned = features.fit(samples(LEARNED)).toarray()
    assert np.allclose(learned, dense(features.transform(samples(LEARNED)), learned.shape[1]), atol=1e-6)


def test_no_messages_make_no_rows() -> None:
    features = Features()
    features.fit(samples(LEARNED))
    nothing = features.transform([])
    assert nothing.rows() == [] and len(nothing.indices) == len(nothing.data) == 0


def test_scores_pass_over_features_never_met() -> None:
    features = Features()
    x = features.fit(samples(LEARNED))
    linear = Linear().fit(x[:4], ["灯", "灯", "水", "水"])
    wide = np.zeros((x.shape[1], 2), dtype=np.float32)
    wide[linear._columns] = linear._weights
    assert np.allclose(linear.scores(x), x @ wide + linear._offsets, atol=1e-6)
    assert [linear.labels[i] for i in linear.scores(features.transform(samples(["路灯", "漏水"]))).argmax(axis=1)] == [
        "灯",
        "水",
    ]


def test_a_message_by_itself_scores_as_it_does_among_others() -> None:
    features = Features()
    linear = Linear().fit(features.fit(samples(LEARNED))[:4], ["灯", "灯", "水", "水"])  # the rest it never meets
    texts = [*NEW, *LEARNED]
    together = linear.scores(features.transform(samples(texts)))
    alone = [linear.scores(features.transform(samples([text]))) for text in texts]
    assert all(score.shape == (1, 2) for score in alone)
    assert np.allclose(np.concatenate(alone), together, atol=1e-6) and not np.allclose(together[0], together[1])


def test_features_stand_side_by_side() -> None:
    view, other = View(characters, 1, 50), View(lambda sample: list(sample.words), 1, 50)
    left, right = view.fit(samples(LEARNED)).toarray(), other.fit(samples(LEARNED)).toarray()
    both = Sparse.of([beside(view.row(s), other.row(s), view.width) for s in samples(LEARNED)])
    assert np.allclose(dense(both, view.width + other.width), np.hstack([left, right]), atol=1e-6)


def test_rows_come_out_as_they_went_in() -> None:
    view = View(characters, 1, 50)
    view.fit(samples(LEARNED))
    rows = [view.row(sample) for sample in samples([*LEARNED, "", "灯"])]
    again = Sparse.of(rows).rows()
    assert all((a == c).all() and (b == d).all() for (a, b), (c, d) in zip(rows, again, strict=True))
