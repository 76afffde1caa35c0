"""A model server under SageMaker's hosting contract, run by the algorithm's own interpreter.

Stand-alone: it imports the standard library, and uvicorn from the environment it is run in; numpy
only when a default conversion needs it. ``python PATH/TO/model_server`` loads the algorithm's code
and its model, and only then listens, so that `/ping` cannot answer before the model is there.
Handlers, defaults and content types are those of SageMaker's inference toolkit; where that answers
500 to a content type that nobody can read or write, this answers 415 or 406, and 400 to a text that
is no UTF-8.

The price of one process: predictions run in SAGEMAKER_MODEL_SERVER_WORKERS threads, one unless set,
where the toolkit forks a process for each CPU.
"""
