"""What is put right in MiniStack so that it behaves as AWS does.

A module holds the repairs that share a mechanism, a function each: it names the difference, and the
module where AWS describes what is right. Each has a live test that asserts the difference on an
unrepaired cloud too: once MiniStack has closed it, that test fails and the repair goes. The price
is that repairs reach into names MiniStack keeps to itself, which is why its version is pinned.
"""

from trainwright_local.cloud.repairs import (
    alarms,
    callbacks,
    conditions,
    definitions,
    encryption,
    environments,
    events,
    executions,
    functions,
    history,
    jsonata,
    limits,
    logs,
    nested,
    permissions,
    rules,
    schedules,
    signatures,
    tables,
    time_zones,
    tokens,
    transport,
)

REPAIRS = (
    signatures.verify_the_roots_signature,
    tokens.authorise_answers_on_the_state_machine,
    functions.run_functions_as_lambda_does,
    functions.report_the_class_of_an_exception,
    functions.collect_every_log_line,
    environments.end_idle_environments,
    environments.share_layers_between_environments,
    definitions.accept_yaml_definitions,
    executions.begin_an_execution_at_once,
    executions.end_an_execution_once,
    executions.end_what_waits_for_an_ended_execution,
    executions.time_out_executions,
    limits.evaluate_task_limits,
    callbacks.give_each_attempt_its_own_token,
    callbacks.fail_with_the_invocation_and_honour_heartbeats,
    callbacks.answer_tokens_once,
    nested.run_children_as_executions,
    jsonata.apply_jsonata_to_parallel,
    jsonata.apply_output_to_succeed,
    history.record_tasks_as_aws_does,
    permissions.check_the_role_of_a_state_machine,
    permissions.read_each_policy_once,
    events.invoke_functions_asynchronously,
    events.tell_the_version_of_an_object,
    schedules.fill_in_what_a_schedule_knows,
    time_zones.read_schedules_in_their_time_zone,
    time_zones.refuse_unknown_time_zones,
    rules.name_rules_as_policies_do,
    rules.name_schedules_as_policies_do,
    conditions.tell_the_namespace_of_metrics,
    tables.apply_time_to_live_and_recovery,
    encryption.encrypt_with_the_key_of_the_account,
    alarms.watch_the_metric_with_its_dimensions,
    logs.bound_log_streams,
    logs.make_records_for_queries_only,
    logs.search_streams_by_prefix,
    transport.count_loopback_as_secure_transport,
)
"""In the order in which they are applied: a later one may wrap what an earlier one put in place."""


def apply_all() -> None:
    """Put all repairs into the MiniStack of this process, before it serves."""
    for repair in REPAIRS:
        repair()
