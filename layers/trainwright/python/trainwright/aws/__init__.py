"""The adapters: the only code that knows boto3, one module for each service or port."""
