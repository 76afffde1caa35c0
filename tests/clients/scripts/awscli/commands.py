"""`aws` as a user types it."""

import json
import subprocess
import time


def aws(*arguments):
    """Run the AWS CLI; return what it prints, as JSON if it is that."""
    done = subprocess.run(["aws", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AwsCliError(done.stderr.strip())
    try:
        return json.loads(done.stdout)
    except ValueError:
        return done.stdout


def until_not(command, name, member, *states):
    """Look until a member is none of *states*: `aws ... wait` looks once a minute."""
    while (described := aws("sagemaker", command, *name))[member] in states:
        time.sleep(0.3)
    return described


class AwsCliError(Exception):
    """What the CLI wrote to stderr."""
