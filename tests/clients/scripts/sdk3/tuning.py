"""Hyperparameter tuning with version 3 of the SDK."""

from outcomes import call
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.parameter import ContinuousParameter
from sagemaker.core.training.configs import Compute, InputData, SourceCode
from sagemaker.train import ModelTrainer
from sagemaker.train.tuner import HyperparameterTuner
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

session = Session()

with call("HyperparameterTuner.tune", "HyperparameterTuner.best_training_job") as told:
    trainer = ModelTrainer(
        training_image=IMAGE,
        source_code=SourceCode(source_dir=str(CHURN), entry_script="train.py"),
        compute=Compute(instance_type=INSTANCE, instance_count=1),
        role=ROLE,
        base_job_name="sdk3-tuned",
        sagemaker_session=session,
    )
    tuner = HyperparameterTuner(
        trainer,
        objective_metric_name="loss",
        objective_type="Minimize",
        hyperparameter_ranges={"slope": ContinuousParameter(0.0, 6.0)},
        metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        max_jobs=3,
        max_parallel_jobs=2,
        strategy="Random",
    )
    data = session.upload_data(str(CHURN / "data.csv"), key_prefix="sdk3/tuning")
    channel = InputData(channel_name="train", data_source=data)
    tuner.tune(inputs=[channel])
    described = tuner.describe()
    told["status"] = described.hyper_parameter_tuning_job_status
    told["completed"] = described.training_job_status_counters.completed
    told["best"] = described.best_training_job.training_job_name == tuner.best_training_job()
