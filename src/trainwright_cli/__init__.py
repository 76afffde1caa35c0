"""The `trainwright` command.

`main` holds the table of commands; each is one module of `commands` that parses, delegates and
prints. A command's module is imported only when it is run, and boto3 only when it is needed, so
`--help` stays quick. Which cloud is meant is decided in one place, `cloud_access`; what a user can
do something about is a `CliError`, everything else is a bug and shows its traceback.
"""
