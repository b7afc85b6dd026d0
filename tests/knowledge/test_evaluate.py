import pytest

from knowledge.test_collection import BagOfWords, document
from vortex.core.errors import ConfigError
from vortex.knowledge.collection import Collection
from vortex.knowledge.evaluate import Question, Score, learn_weight, score, search_collection
from vortex.knowledge.passages import make_passages


def test_recall_and_precision_count_words_where_they_stand():
    questions = [Question("q", "d", ((0, 10), (20, 30)))]
    answers = {"half": [("d", 0, 10)], "all": [("d", 0, 40)], "elsewhere": [("e", 0, 30)], "twice": [("d", 0, 10)] * 2}
    measured = {name: score(questions, lambda _, found=found: found) for name, found in answers.items()}
    assert measured == {
        "half": Score(50, 100, 1),
        "all": Score(100, 50, 1),
        "elsewhere": Score(0, 0, 1),
        "twice": Score(50, 100, 1),
    }


def test_no_question_is_an_error():
    with pytest.raises(ConfigError, match="no question"):
        score([], lambda question: [])


def test_the_weight_that_finds_more_is_learned_and_stored(tmp_path):
    class Misleading(BagOfWords):
        def embed(self, texts):
            return -super().embed(texts) if len(texts) == 1 else super().embed(texts)

    passages = make_passages(document()).kept
    questions = [
        Question(passage.section[0], document().id, ((passage.start_word, passage.end_word),)) for passage in passages
    ]
    with Collection.open(tmp_path / "c.sqlite", Misleading()) as collection:
        collection.add(document(), passages)
        collection.learn_weight(0.0)
        misled = score(questions, search_collection(collection, 1)).recall
        assert learn_weight(collection, questions, words=18) >= 0.5
        assert score(questions, search_collection(collection, 1)).recall == 100 > misled
    with Collection.open(tmp_path / "c.sqlite") as collection:
        assert learn_weight(collection, questions) == 0.8
