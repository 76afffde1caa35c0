"""Hyperparameter tuning with version 2 of the SDK."""

from outcomes import call
from sagemaker import Session
from sagemaker.sklearn import SKLearn
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
from surroundings import CHURN, INSTANCE, ROLE

session = Session()
data = session.upload_data(str(CHURN / "data.csv"), key_prefix="tuning/train")


def tuner(name, seconds=0, **more):
    """Look for the slope with the least loss, which is 3."""
    estimator = SKLearn(
        entry_point="train.py", source_dir=str(CHURN), framework_version="1.4-2",
        instance_type=INSTANCE, role=ROLE, sagemaker_session=session,
        hyperparameters={"seconds": seconds},
    )  # fmt: skip
    return HyperparameterTuner(
        estimator,
        base_tuning_job_name=name,  # else the SDK takes one that is new every minute
        objective_metric_name="loss",
        objective_type="Minimize",
        hyperparameter_ranges={"slope": ContinuousParameter(0.0, 6.0)},
        metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        **more,
    )


with call("HyperparameterTuner.fit", "HyperparameterTuner.best_training_job") as told:
    search = tuner("random", max_jobs=4, max_parallel_jobs=2, strategy="Random")
    search.fit({"train": data})
    described = search.describe()
    told["status"] = described["HyperParameterTuningJobStatus"]
    told["completed"] = described["TrainingJobStatusCounters"]["Completed"]
    best = described["BestTrainingJob"]
    told["best"] = best["TrainingJobName"] == search.best_training_job()
    jobs = session.sagemaker_client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=search.latest_tuning_job.name
    )["TrainingJobSummaries"]
    values = [job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for job in jobs]
    told["is the least"] = (
        min(values) == best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    )

with call("HyperparameterTuner.analytics") as told:
    told["rows"] = len(search.analytics().dataframe())

with call("HyperparameterTuner.fit, Bayesian") as told:
    search = tuner("bayesian", max_jobs=3, max_parallel_jobs=1, strategy="Bayesian")
    search.fit({"train": data})
    told["status"] = search.describe()["HyperParameterTuningJobStatus"]

with call("HyperparameterTuner.stop_tuning_job") as told:
    search = tuner("stopped", seconds=600, max_jobs=20, max_parallel_jobs=1, strategy="Random")
    search.fit({"train": data}, wait=False)
    search.stop_tuning_job()
    told["status"] = session.wait_for_tuning_job(search.latest_tuning_job.name, poll=1)[
        "HyperParameterTuningJobStatus"
    ]
