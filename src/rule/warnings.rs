//! The table of warnings.

use super::{Ground, WarningInfo};
use crate::revision::revision;
use crate::unknown_name::named;

// One entry per warning: variant, id and texts come from it, so they cannot disagree.
macro_rules! warnings {
    ($(
        $variant:ident = $id:literal, $ground:ident $(($revision:tt))?;
        source: $source:literal;
        explanation: $explanation:literal;
        advice: $advice:literal;
    )+) => {
        /// Something in a request that is probably a mistake but does not change the answer.
        ///
        /// The ids are decided; the ground of each warning is in its [`WarningInfo`].
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[non_exhaustive]
        pub enum Warning {
            $(
                #[doc = concat!("`", $id, "`: ", $explanation, " Source: ", $source, ".")]
                $variant,
            )+
        }

        impl Warning {
            /// The stable kebab-case id.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            const IDS: &'static [&'static str] = &[$($id),+];

            /// All that is known about it.
            #[must_use]
            pub const fn info(self) -> &'static WarningInfo {
                match self {
                    $(Self::$variant => &WarningInfo {
                        warning: Self::$variant,
                        id: $id,
                        ground: Ground::$ground $((revision!($revision)))?,
                        source: $source,
                        explanation: $explanation,
                        advice: $advice,
                    },)+
                }
            }

            /// Every warning, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
        }
    };
}

warnings! {
    UnknownField = "unknown-field", Decided;
    source: "decided: unknown fields are ignored, as the pages do not mention them";
    explanation: "The object has a field that is not documented for it; it is ignored.";
    advice: "Remove the field or correct its name; names are case-sensitive.";

    IrrelevantId = "irrelevant-id", Implied;
    source: "implied: clients send both ID fields, the unused one usually empty";
    explanation: "The ID field that does not belong to Type has a value; it is ignored.";
    advice: "Send To_Account only with Type 1, and ToGroupId only with Type 2.";

    IgnoredField = "ignored-field", Decided;
    source: "decided: the field tables of pages 1047/53437 to 1047/53442 say when a field is used, not what it does otherwise";
    explanation: "A documented field is present that the operation does not use; it is ignored.";
    advice: "Remove the field, or choose the operation that uses it.";

    NoEffect = "no-effect", Decided;
    source: "decided: the pages do not forbid it";
    explanation: "The operation changes nothing: no mark to set or clear, no conversation to add or remove, or a group renamed to its own name.";
    advice: "Leave the operation out, or add what it should change.";

    SetAndClear = "set-and-clear", Decided;
    source: "decided: ClearMark is applied first, so the mark ends up set";
    explanation: "A mark is in both SetMark and ClearMark; it ends up set.";
    advice: "Put each mark in only one of the two.";

    RepeatedConversation = "repeated-conversation", Decided;
    source: "decided: items are applied in request order";
    explanation: "The same conversation occurs again in one request; later items see the effect of earlier ones.";
    advice: "Name each conversation once.";

    InternalMarkBit = "internal-mark-bit", Documented;
    source: "page 1047/53438";
    explanation: "A mark that is internal to Chat, one of the 5th to the 32nd, is set or cleared.";
    advice: "Use the 33rd to the 64th mark for marks of your own.";

    LongGroupName = "long-group-name", DocumentedIn("2023-03");
    source: "pages 1047/53437 and 1047/53439 of 2023-03";
    explanation: "The name of a conversation group is allowed but longer than 32 bytes; older SDKs reject it.";
    advice: "Keep names within 32 bytes of UTF-8 if older clients are in use.";
}

named!(Warning, "warning", id, Self::IDS);
