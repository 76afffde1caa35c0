"""ModelTrainer, as version 3 of the SDK would have its users train."""

from outcomes import call
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.training.configs import Compute, InputData, SourceCode
from sagemaker.train import ModelTrainer
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

session = Session()

with call("ModelTrainer.train") as told:
    trainer = ModelTrainer(
        training_image=IMAGE,
        source_code=SourceCode(source_dir=str(CHURN), entry_script="train.py"),
        compute=Compute(instance_type=INSTANCE, instance_count=1),
        hyperparameters={"epochs": 2},
        role=ROLE,
        base_job_name="sdk3-trainer",
        sagemaker_session=session,
    )
    channel = InputData(channel_name="train", data_source=str(CHURN / "data.csv"))
    trainer.train(input_data_config=[channel])
    job = trainer._latest_training_job.refresh()
    told["status"] = job.training_job_status
    told["model"] = job.model_artifacts.s3_model_artifacts.rpartition("/")[2]
