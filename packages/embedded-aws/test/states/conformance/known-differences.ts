const map = 'evaluate_jsonata/test_base_evaluate_expressions.py::TestBaseEvaluateJsonata::test_base_map';
const credentials =
  'credentials/test_credentials_base.py::TestCredentialsBase::test_cross_account_service_lambda_invoke';
const activities = 'activities/test_activities.py::TestActivities::test_activity_task';
const scenarios = 'scenarios/test_base_scenarios.py::TestBaseScenarios::test';
const wait = 'base/test_wait.py::TestSfnWait::test';
const variables = 'assign/test_assign_reference_variables.py::TestAssignReferenceVariables::test';

/** The recordings that the account does not reproduce, by the reason. Every other recording is equal in every event. */
const BY_REASON: Readonly<Record<string, readonly string[]>> = {
  'A Map has no ToleratedFailureCount and ToleratedFailurePercentage here: the definition is refused by name.': [
    `${map}[TOLERATED_FAILURE_PERCENTAGE]`,
    `${map}[TOLERATED_FAILURE_COUNT]`,
    `${map}_from_input[TOLERATED_FAILURE_PERCENTAGE]`,
    `${map}_from_input[TOLERATED_FAILURE_COUNT]`,
  ],
  'A Task has no Credentials here: the definition is refused by name.': [credentials, `${credentials}_retry`],
  'There are no activities here: an account refuses their ARN as a Resource.': [
    activities,
    `${activities}_failure`,
    `${activities}_with_heartbeat`,
    `${activities}_on_deleted`,
    `${activities}_no_worker_name`,
    `${activities}_start_timeout`,
  ],
  'Recorded with JSONPath: the cause names a path or a …Path field, and the failure is no EvaluationFailed.': [
    `${scenarios}_max_concurrency_path[max_concurrency_value0]`,
    `${scenarios}_max_concurrency_path[NoNumber]`,
    `${scenarios}_max_concurrency_path_negative`,
    ...['NO_T', 'NO_Z', 'INVALID_DATE', 'INVALID_TIME', 'INVALID_ISO'].map(
      (value) => `${scenarios}_wait_timestamp_path[${value}]`,
    ),
    `${scenarios}_invalid_jsonpath[INVALID_JSONPATH_IN_ERRORPATH]`,
    `${scenarios}_invalid_jsonpath[INVALID_JSONPATH_IN_STRING_EXPR_JSONPATH]`,
    `${scenarios}_invalid_jsonpath[INVALID_JSONPATH_IN_STRING_EXPR_CONTEXTPATH]`,
    `${scenarios}_invalid_jsonpath[ST.INVALID_JSONPATH_IN_CAUSEPATH]`,
    `${scenarios}_invalid_jsonpath[ST.INVALID_JSONPATH_IN_OUTPUTPATH]`,
    `${scenarios}_invalid_jsonpath[ST.INVALID_JSONPATH_IN_TIMEOUTSECONDSPATH]`,
    `${scenarios}_invalid_jsonpath[ST.INVALID_JSONPATH_IN_HEARTBEATSECONDSPATH]`,
    `${wait}_wait_timestamppath[]`,
    `${wait}_wait_timestamppath[.000000]`,
    `${wait}_base_wait_seconds_path[-1]`,
    `${wait}_base_wait_seconds_path[1.5]`,
    `${wait}_base_wait_seconds_path[-1.5]`,
  ],
  'Recorded with JSONPath: Assign reads the Result of its own Pass, which JSONata does not have.': [
    `${variables}_reference_assign[BASE_REFERENCE_IN_OUTPUTPATH]`,
    `${variables}_assign_from_value[BASE_ASSIGN_FROM_PARAMETERS]`,
    `${variables}_assign_from_value[BASE_ASSIGN_FROM_RESULT]`,
  ],
  'Recorded with JSONPath: MaxConcurrencyPath takes the text "1" for a number.': [
    `${variables}_reference_in_map_state[MAP_STATE_REFERENCE_IN_MAX_CONCURRENCY_PATH]`,
  ],
};

/** The reason for each recording that differs. */
export const knownDifferences: ReadonlyMap<string, string> = new Map(
  Object.entries(BY_REASON).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);
