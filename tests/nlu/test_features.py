"""TF-IDF of a message and linear scores: the short ways that run must say what scikit-learn would."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.classifiers.features import Features, Sample, View, beside, characters
from nlu.classifiers.linear import Linear

LEARNED = ["路灯坏了好几天", "路灯不亮", "自来水发黄", "水管漏水，水漫到楼道", "楼道堆杂物", "公交不停站"]
NEW = ["楼道路灯不亮不亮", "没有见过", ""]


def samples(texts: list[str]) -> list[Sample]:
    return [Sample(text, text, (text[:2], text[2:])) for text in texts]


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
    assert np.allclose(
        features.fit(samples(LEARNED)).toarray(), features.transform(samples(LEARNED)).toarray(), atol=1e-6
    )


def test_no_messages_make_no_rows() -> None:
    features = Features()
    features.fit(samples(LEARNED))
    assert features.transform([]).shape[0] == 0


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
    left, right = view.fit(samples(LEARNED)), other.fit(samples(LEARNED))
    both = beside(left, right).toarray()
    assert (both == np.hstack([left.toarray(), right.toarray()])).all()
    alone = [beside(left[i], right[i]).toarray() for i in range(len(LEARNED))]
    assert (np.concatenate(alone) == both).all()
