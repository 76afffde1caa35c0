"""The same model as a service of BentoML, in the folder of the model."""

import bentoml
import joblib


@bentoml.service(workers=1)
class Classifier:
    """Answers with the class of each row."""

    def __init__(self) -> None:
        self.model = joblib.load("model.joblib")

    @bentoml.api
    def predict(self, rows: list[list[float]]) -> list[int]:
        """Classify *rows*."""
        classes: list[int] = self.model.predict(rows).tolist()
        return classes
