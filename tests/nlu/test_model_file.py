"""What the model's file holds, for whoever gets to see it."""

from __future__ import annotations

import io
import tarfile
import zipfile

from tools.console import ROOT
from tools.train import MODEL


def test_the_model_holds_no_words_that_it_does_not_use() -> None:
    """The classifier's rare words, which could be a person's own, are not kept in the model."""
    with tarfile.open(ROOT / "models" / MODEL) as model:
        (name,) = [one for one in model.getnames() if one.endswith("parts.skops")]
        packed = model.extractfile(name)
        assert packed is not None
        with zipfile.ZipFile(io.BytesIO(packed.read())) as parts:
            schema = parts.read("schema.json").decode()
    assert '"vocabulary_"' in schema
    assert '"stop_words_"' not in schema
