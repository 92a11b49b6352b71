//! The paths of the service, one row per operation. Each `{…}` is replaced by a name or an id, in order.
//!
//! The paths are those of the Python package `braincube_connector` 2.8.0; the two selectors without pages are those of
//! version 1.2.0.

use crate::Operation;

/// The first segments of most paths. They are left out if the base URL contains the name of the braincube.
pub(crate) const BRAINCUBE: &str = "/braincube/{braincube}";

macro_rules! table {
    ($($name:ident = $kind:ident $label:literal $path:literal;)*) => {
        $(pub(crate) const $name: Operation = Operation::$kind($label, $path);)*

        /// All rows of the table.
        #[cfg(test)]
        pub(crate) const ALL: &[Operation] = &[$($name),*];
    };
}

table! {
    USER_ME = read "user_me" "/sso-server/ws/user/me";

    MEMORY_BASES = read "memory_bases" "/braincube/{braincube}/braincube/mb/all/summary";
    MEMORY_BASE = read "memory_base" "/braincube/{braincube}/braincube/mb/{memory_base}/extended";
    MEMORY_BASE_SELECTOR = read "memory_base_selector" "/braincube/{braincube}/braincube/mb/all/selector";

    VARIABLES = read "variables" "/braincube/{braincube}/braincube/mb/{memory_base}/variables/summary";
    VARIABLE = read "variable" "/braincube/{braincube}/braincube/mb/{memory_base}/variables/{variable}/extended";
    VARIABLE_SELECTOR = read "variable_selector" "/braincube/{braincube}/braincube/mb/{memory_base}/variables/selector";

    DATA_GROUPS = read "data_groups" "/braincube/{braincube}/braincube/mb/{memory_base}/dataGroups/summary";
    DATA_GROUP = read "data_group" "/braincube/{braincube}/braincube/mb/{memory_base}/dataGroups/{data_group}/extended";

    EVENTS = read "events" "/braincube/{braincube}/braincube/mb/{memory_base}/events/all/extended";
    EVENT = read "event" "/braincube/{braincube}/braincube/mb/{memory_base}/events/{event}/extended";

    JOBS = read "jobs" "/braincube/{braincube}/braincube/mb/{memory_base}/jobs/all/summary";
    JOB = read "job" "/braincube/{braincube}/braincube/mb/{memory_base}/jobs/{job}/extended";

    RULES = read "rules" "/braincube/{braincube}/braincube/mb/{memory_base}/rules/all/selector";
    RULE = read "rule" "/braincube/{braincube}/braincube/mb/{memory_base}/rules/{rule}/summary";
    JOB_RULES = read "job_rules" "/braincube/{braincube}/braincube/mb/{memory_base}/jobs/{job}/rules/all/summary";

    MEMORY_BASE_INFO = read "memory_base_info" "/braincube/{braincube}/braindata/mb{memory_base}/simple";
    DATA = read_data "data" "/braincube/{braincube}/braindata/mb{memory_base}/LF";
}
