//! The table of rules, in order of precedence.

use super::{Ground, RuleInfo};
use crate::code::ErrorCode;
use crate::unknown_name::named;

// One entry per rule: variant, id, codes and texts come from it, so they cannot disagree.
macro_rules! rules {
    ($(
        $variant:ident = $id:literal, stage $stage:literal, $ground:ident $(($revision:tt))?, [$code:ident $(, $more:ident)*];
        source: $source:literal;
        explanation: $explanation:literal;
        $(item: $item:literal;)?
        advice: $advice:literal;
    )+) => {
        /// A rule that a request can break, declared in order of precedence: the smaller rule
        /// decides the answer where several are broken at the same place.
        ///
        /// The ids and the order within a stage are decided; the ground of each rule is in its
        /// [`RuleInfo`].
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[non_exhaustive]
        pub enum Rule {
            $(
                #[doc = concat!("`", $id, "`: ", $explanation, " Source: ", $source, ".")]
                $variant,
            )+
        }

        impl Rule {
            /// The stable kebab-case id.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            const IDS: &'static [&'static str] = &[$($id),+];

            /// The code it usually answers with: the first of [`RuleInfo::codes`].
            #[must_use]
            pub const fn code(self) -> ErrorCode {
                match self {
                    $(Self::$variant => ErrorCode::$code,)+
                }
            }

            /// All that is known about it.
            #[must_use]
            pub const fn info(self) -> &'static RuleInfo {
                match self {
                    $(Self::$variant => &RuleInfo {
                        rule: Self::$variant,
                        id: $id,
                        codes: &[ErrorCode::$code $(, ErrorCode::$more)*],
                        stage: $stage,
                        ground: Ground::$ground $(($crate::revision::revision!($revision)))?,
                        source: $source,
                        explanation: $explanation,
                        advice: $advice,
                        item_info: concat!($($id, ": ", $item)?),
                    },)+
                }
            }

            /// Every rule, in order of precedence.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
        }
    };
}

rules! {
    // Stage 0: the call around the body.

    UnknownEndpoint = "unknown-endpoint", stage 0, Implied, [NO_RESOURCE];
    source: "public code table: 60009 is for a URL that names no resource; decided: case and slashes count";
    explanation: "The path is not that of a command. It must be exactly /v4/recentcontact/ followed by the name of a command.";
    advice: "Check the path, its case and its slashes.";

    NotModeled = "not-modeled", stage 0, Decided, [NO_RESOURCE];
    source: "documented: the service has the commands get_list and delete, which are about the list of conversations; decided: they answer 60009 here";
    explanation: "The path is that of get_list or delete. The service has these two commands, but this implementation does not model them.";
    advice: "Send the request to the live service. This implementation has the commands on conversation groups and marks only.";

    MissingParameter = "missing-parameter", stage 0, Documented, [URL_PARAMETER, SDKAPPID_MISSING, HTTP];
    source: "request URL on pages 1047/53437 to 1047/53442 and the public code table; decided: 60002 for random, which has no code of its own";
    explanation: "A required URL parameter is absent or empty: sdkappid (60012), identifier, usersig, contenttype (60025) or random (60002).";
    advice: "Add the parameter to the URL.";

    BadParameter = "bad-parameter", stage 0, Documented, [URL_PARAMETER, HTTP];
    source: "request URL on pages 1047/53437 to 1047/53442 and the public code table; decided: 60002 for random, which has no code of its own";
    explanation: "A URL parameter has a value that is not allowed: sdkappid must be a decimal integer from 1 to 4294967295, identifier a user ID and contenttype exactly json (60025 for these three); random must be a decimal integer from 0 to 4294967295 (60002).";
    advice: "Correct the parameter in the URL.";

    DuplicateParameter = "duplicate-parameter", stage 0, Decided, [URL_PARAMETER, HTTP];
    source: "decided: the documentation does not say which of two values counts";
    explanation: "A URL parameter occurs more than once, empty or not. Each may occur once. The code is that of the parameter: 60002 for random, 60025 for the others.";
    advice: "Send the parameter once.";

    BadHttp = "bad-http", stage 0, Decided, [HTTP];
    source: "decided: the public code table has 60002 for HTTP that cannot be parsed, without saying when";
    explanation: "The HTTP request is not a valid call. It must be a POST with a body that is neither empty nor larger than the host allows.";
    advice: "Send a POST with a JSON body.";

    TooFrequent = "too-frequent", stage 0, Decided, [TOO_FREQUENT];
    source: "limit of 200 calls a second on pages 1047/53437 to 1047/53442; decided: 60007 rather than 60018, which means almost the same";
    explanation: "The app calls more often than the policy allows.";
    advice: "Wait and send the same call again; spread the calls over time.";

    // Stage 1: the caller.

    NotAdmin = "not-admin", stage 1, Documented, [NOT_ADMIN];
    source: "code tables of pages 1047/53437 to 1047/53442; decided: 50003 rather than 60010, which has the same text";
    explanation: "The caller is not an admin of the app. Only app admins may call.";
    advice: "Call with the identifier and UserSig of an app admin.";

    // Stage 2: JSON.

    InvalidJson = "invalid-json", stage 2, Documented, [INVALID_JSON];
    source: "public code table; decided: invalid UTF-8 and bytes after the value are invalid as well, deep nesting is not";
    explanation: "The body is not valid JSON. It must be one JSON value in valid UTF-8, with nothing but white space around it.";
    advice: "Correct the syntax of the body.";

    // Stage 3: the schema.

    DuplicateField = "duplicate-field", stage 3, Decided, [PARAMETER_WRONG];
    source: "decided: the documentation does not say which of two values counts";
    explanation: "A documented field occurs more than once in one object. Each may occur once.";
    advice: "Send the field once.";

    MissingField = "missing-field", stage 3, Documented, [PARAMETER_WRONG];
    source: "field tables of pages 1047/53437 to 1047/53442; decided: what update needs, since the revisions of 1047/53439 disagree; decided: null and an empty ID or name count as absent";
    explanation: "A required field is absent or null, or it is an ID or a name and empty.";
    advice: "Add the field.";

    WrongType = "wrong-type", stage 3, Documented, [PARAMETER_WRONG];
    source: "field tables of pages 1047/53437 to 1047/53442; decided: a number with fraction or exponent is not an integer";
    explanation: "A value has the wrong JSON type. An integer is a number without fraction or exponent; the body itself must be an object.";
    advice: "Send the value with its documented type.";

    AccountNotString = "account-not-string", stage 3, Documented, [ACCOUNT_NOT_STRING];
    source: "public code table";
    explanation: "From_Account or To_Account is not a string.";
    advice: "Write user IDs as JSON strings, even if they consist of digits.";

    OutOfRange = "out-of-range", stage 3, Documented, [PARAMETER_WRONG];
    source: "field tables of pages 1047/53437 to 1047/53442";
    explanation: "An integer is not one of the values documented for its field.";
    advice: "Send one of the documented values.";

    MalformedId = "malformed-id", stage 3, Documented, [PARAMETER_WRONG];
    source: "documented rules of IDs; implied for the characters of user IDs by the text of a similar code";
    explanation: "A user or group chat ID is malformed. A user ID has at most 32 bytes, a group chat ID at most 48, or 96 if it contains @TOPIC#_. All characters are printable ASCII.";
    advice: "Send exactly the ID that the account or the group chat was created with.";

    GroupNameTooLong = "group-name-too-long", stage 3, Documented, [GROUP_NAME_TOO_LONG];
    source: "pages 1047/53437 and 1047/53439: 32 bytes in 2023-03, 64 bytes in 2026-04";
    explanation: "The new name of a conversation group has more bytes of UTF-8 than the policy allows.";
    advice: "Shorten the name; most characters outside ASCII take 2 to 4 bytes.";

    CustomMarkTooLong = "custom-mark-too-long", stage 3, Documented, [PARAMETER_WRONG];
    source: "page 1047/53438";
    explanation: "The custom mark has more bytes of UTF-8 than the policy allows.";
    advice: "Shorten the custom mark.";

    ItemCount = "item-count", stage 3, Documented, [ITEM_COUNT];
    source: "page 1047/53438 for marks; 1047/53437 of 2026-04 for create; implied for update by SDK headers";
    explanation: "The request lists more conversations than the policy allows, or no conversation to mark.";
    advice: "Split the list over several requests.";

    SingleItemOnly = "single-item-only", stage 3, Documented, [PARAMETER_WRONG];
    source: "pages 1047/53437 and 1047/53441";
    explanation: "The array must have exactly one element: one request creates or deletes one conversation group.";
    advice: "Send one request per conversation group.";

    SearchCount = "search-count", stage 3, Documented, [PARAMETER_WRONG];
    source: "page 1047/53442; decided: code 50002, as the page names none";
    explanation: "The search names more conversations than the policy allows, or none.";
    advice: "Split the search over several requests.";

    // Stage 4: the account.

    RequesterUnknown = "requester-unknown", stage 4, Documented, [ACCOUNT_UNKNOWN];
    source: "code tables of pages 1047/53437 to 1047/53442";
    explanation: "The account in From_Account is not imported into the app.";
    advice: "Import the account first, or correct its user ID.";

    // Stage 5: the plan.

    PlanRequired = "plan-required", stage 5, Documented, [PLAN_REQUIRED];
    source: "code tables of pages 1047/53437 to 1047/53442; decided: which commands need the plan, and that marks fail item by item";
    explanation: "The app's plan does not include the feature. It is needed to create, update and delete conversation groups, for custom marks as the policy says, and for items with OptType 1 or 3.";
    item: "the app's plan does not include this kind of mark; upgrade the plan or leave the item out";
    advice: "Upgrade the app's plan, or do without the feature.";

    // Stage 6: the state of the account.

    GroupMissing = "group-missing", stage 6, Documented, [GROUP_MISSING];
    source: "code table of page 1047/53441 for delete; implied for update";
    explanation: "The account has no conversation group with the name in OldGroupName or GroupName. Names are compared byte for byte.";
    advice: "Create the group first, or correct its name.";

    GroupNameTaken = "group-name-taken", stage 6, Decided, [PARAMETER_WRONG];
    source: "decided: no page says what happens, and a group is addressed by its name";
    explanation: "Another conversation group of the account has the name in GroupName or NewGroupName. Names are unique in an account.";
    advice: "Choose another name, or update the existing group.";

    TooManyGroups = "too-many-groups", stage 6, Documented, [TOO_MANY_GROUPS];
    source: "code tables of pages 1047/53437 to 1047/53442";
    explanation: "The account already has as many conversation groups as the policy allows.";
    advice: "Delete a conversation group first.";

    GroupIdsExhausted = "group-ids-exhausted", stage 6, Decided, [INTERNAL];
    source: "decided: IDs are never reused and end at 2147483647, as published clients read 32 signed bits";
    explanation: "The account has used up its group IDs, which end at 2147483647.";
    advice: "Use another account; a retry does not help here.";

    // Stage 7: the items.

    AccountUnknown = "account-unknown", stage 7, Decided, [ACCOUNT_UNKNOWN];
    source: "decided: no page gives a code for a peer who is not imported";
    explanation: "The peer of a one-to-one conversation is not imported into the app.";
    item: "the account in To_Account is not imported into the app; import it or correct its user ID";
    advice: "Import the peer first, or correct To_Account.";

    GroupUnresolved = "group-unresolved", stage 7, Documented, [GROUP_UNRESOLVED];
    source: "code tables of pages 1047/53437 to 1047/53442; decided: removals and clears fail too, and only the item fails";
    explanation: "The group chat's ID cannot be resolved: the chat does not exist or was disbanded, or the user left it.";
    item: "the group chat in ToGroupId cannot be resolved; it is unknown or disbanded, or the user left it";
    advice: "Check that the group chat exists and that the user is in it.";

    CapacityExceeded = "capacity-exceeded", stage 7, Documented, [CAPACITY];
    source: "code tables of pages 1047/53437 to 1047/53442; decided: only a change that counts one more conversation fails, and only the item fails";
    explanation: "The change would count one more conversation towards a limit of the policy that has been reached. Changes to conversations that already count succeed.";
    item: "a limit of conversations, of the account or of the group, is reached; remove some from groups or clear their marks to make room";
    advice: "Remove conversations from groups, or clear their marks, to make room.";

    // Faults of the host, after any stage.

    HostFault = "host-fault", stage 7, Documented, [INTERNAL];
    source: "code tables of pages 1047/53437 to 1047/53442; decided: only the host can ask for it";
    explanation: "The service had an internal error while it handled the request.";
    advice: "Send the same request again after a pause.";

    HostTimeout = "host-timeout", stage 7, Documented, [TIMEOUT];
    source: "code tables of pages 1047/53437 to 1047/53442; decided: only the host can ask for it";
    explanation: "The service did not finish the request in time.";
    advice: "Send the same request again after a pause.";
}

named!(Rule, "rule", id, Self::IDS);
