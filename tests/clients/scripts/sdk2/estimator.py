"""Train, deploy and ask with version 2 of the SDK, as its documentation shows it."""

import io
from contextlib import redirect_stdout

from outcomes import call
from sagemaker import Session
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer
from sagemaker.serializers import CSVSerializer, JSONSerializer
from sagemaker.sklearn import SKLearn
from surroundings import CHURN, INSTANCE, ROLE

ROWS = [[2.0, 2.0], [10.0, 1.0]]
session = Session()

with call("Session.upload_data") as told:
    data = session.upload_data(str(CHURN / "data.csv"), key_prefix="churn/train")
    told["uri"] = data

with call("SKLearn.fit(logs=True)") as told:
    estimator = SKLearn(
        entry_point="train.py",
        source_dir=str(CHURN),
        framework_version="1.4-2",
        instance_type=INSTANCE,
        role=ROLE,
        hyperparameters={"epochs": 3, "slope": 3.0},
        metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        sagemaker_session=session,
    )
    with redirect_stdout(io.StringIO()) as log:
        estimator.fit({"train": data}, logs=True)
    told["lines of the script"] = log.getvalue().count("epoch=")
    told["says"] = [
        word for word in ("Training seconds", "Billable seconds") if word in log.getvalue()
    ]

with call("Session.describe_training_job") as told:
    described = session.describe_training_job(estimator.latest_training_job.name)
    told["status"] = described["TrainingJobStatus"]
    told["loss"] = described["FinalMetricDataList"][0]["Value"]

with call("Estimator.attach") as told:
    attached = SKLearn.attach(estimator.latest_training_job.name, sagemaker_session=session)
    told["same model"] = attached.model_data == estimator.model_data
    told["epochs"] = attached.hyperparameters()["epochs"]

with call("Estimator.deploy") as told:
    predictor = estimator.deploy(1, INSTANCE, entry_point="inference.py")
    told["status"] = session.describe_endpoint(predictor.endpoint_name)["EndpointStatus"]

with call("Predictor.predict, as NumPy") as told:
    told["answer"] = predictor.predict(ROWS).round(3).tolist()

with call("Predictor.predict, as JSON") as told:
    predictor.serializer, predictor.deserializer = JSONSerializer(), JSONDeserializer()
    told["answer"] = [round(value, 3) for value in predictor.predict(ROWS)]

with call("Predictor.predict, as CSV") as told:
    predictor.serializer, predictor.deserializer = CSVSerializer(), CSVDeserializer()
    told["answer"] = [[round(float(value), 3) for value in row] for row in predictor.predict(ROWS)]

with call("Predictor.predict, what the model refuses") as told:
    try:
        predictor.predict([["not", "numbers", "at all"]])
    except session.sagemaker_runtime_client.exceptions.ModelError as error:
        told["original status"] = error.response["OriginalStatusCode"]

with call("Predictor.delete_model") as told:
    models = session.sagemaker_client.list_models()["Models"]
    predictor.delete_model()
    told["models less"] = len(models) - len(session.sagemaker_client.list_models()["Models"])

with call("Predictor.delete_endpoint") as told:
    predictor.delete_endpoint(delete_endpoint_config=True)
    told["configs"] = session.sagemaker_client.list_endpoint_configs(
        NameContains=predictor.endpoint_name
    )["EndpointConfigs"]
