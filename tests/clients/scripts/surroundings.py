"""Where the scripts find what they are given."""

import os
from pathlib import Path

CHURN = Path(__file__).parent / "churn"
ROLE = os.environ["ROLE"]
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
INSTANCE = "ml.m5.large"
