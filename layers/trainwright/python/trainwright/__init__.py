"""What the Lambda functions share: rules without AWS, their data, and the adapters.

Data flows one way: `handler -> logic -> models -> errors`, and `aws -> models -> errors`. Logic
names what it needs as a `Protocol`; only `aws` knows boto3, and imports it late, so that a function
starts in a fraction of the time. The price is one more file per port; what it buys is that every
rule is tested in memory, in microseconds.
"""
