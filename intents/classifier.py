"""The intent classifier in config.yml. docs/understanding.md has what it was measured against."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from intents.wording import known_words, marked, words

RANKING = "intent_ranking"
RANKED = 10
# Beside scikit-learn's and numpy's own. A file with anything else in it is refused: a model may come from elsewhere.
_TRUSTED = ["scipy.sparse._csr.csr_matrix"]
_PARTS, _KNOWN = "parts.skops", "known.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WordingClassifier(GraphComponent, IntentClassifier):
    """Logistic regression over weighted words, pairs of words and pieces of words; needs no tokenizer or featurizer."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # C: how closely the model may follow the examples. longest_piece: characters.
        return {"C": 20.0, "longest_piece": 5, "random_state": 7}

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn", "skops"]

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource
        self._known: set[str] = set()
        shared = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
        self._words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), **shared)  # noqa: S106 - a pattern
        # A piece that occurs once tells nothing that its word does not.
        pieces = (2, config["longest_piece"])
        self._pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=pieces, min_df=2, **shared)
        self._model = LogisticRegression(C=config["C"], max_iter=400, tol=1e-3, random_state=config["random_state"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WordingClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that have an intent, and keep what was learnt."""
        examples = [one for one in training_data.intent_examples if one.get(TEXT)]
        texts = [words(one.get(TEXT)) for one in examples]
        self._known = known_words(texts)
        self._words.fit(self._marked(texts))
        self._pieces.fit(_joined(texts))
        self._model.fit(self._features(texts), [one.get(INTENT) for one in examples])
        self._model.coef_ = self._model.coef_.astype(np.float32)
        # What was too rare to be used: nobody needs it, and it may be a person's own words (CVE-2024-5206).
        del self._words.stop_words_, self._pieces.stop_words_
        with self._storage.write_to(self._resource) as folder:
            (folder / _KNOWN).write_text(json.dumps(sorted(self._known)), encoding="utf-8")
            skops.io.dump([self._words, self._pieces, self._model], folder / _PARTS)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> WordingClassifier:
        loaded = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            loaded._known = set(json.loads((folder / _KNOWN).read_text(encoding="utf-8")))
            loaded._words, loaded._pieces, loaded._model = skops.io.load(folder / _PARTS, trusted=_TRUSTED)
        return loaded

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its intent and the ranking behind it."""
        if not messages:
            return messages
        chances = self._model.predict_proba(self._features([words(one.get(TEXT) or "") for one in messages]))
        for message, row in zip(messages, chances, strict=True):
            ranking = [
                {INTENT_NAME_KEY: str(self._model.classes_[place]), PREDICTED_CONFIDENCE_KEY: float(row[place])}
                for place in np.argsort(-row)[:RANKED]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages

    def _marked(self, texts: Sequence[Sequence[str]]) -> list[str]:
        return [" ".join(marked(text, self._known)) for text in texts]

    def _features(self, texts: Sequence[Sequence[str]]) -> csr_matrix:
        return hstack(
            [self._words.transform(self._marked(texts)), self._pieces.transform(_joined(texts))], format="csr"
        )


def _joined(texts: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(text) for text in texts]
