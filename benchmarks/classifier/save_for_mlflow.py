"""The same model as MLflow keeps it: `python save_for_mlflow.py MODEL FOLDER`."""

import sys

import joblib
import mlflow.sklearn

if __name__ == "__main__":
    model, folder = sys.argv[1:]
    mlflow.sklearn.save_model(joblib.load(model), folder)
