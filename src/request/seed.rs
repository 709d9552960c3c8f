//! The fast path for any serde format.

use serde::Deserializer;
use serde::de::DeserializeSeed;

use super::fast::{Context, declined};
use super::kind::{Object, Reading};
use super::memory::ItemMemory;
use super::*;

/// The fast path for any serde format: reads a request of one command from a [`Deserializer`].
///
/// It only accepts or declines. Whatever went wrong, the format's own errors included, becomes one
/// error that says "declined" and nothing more, because the errors of most formats quote what they
/// read. So it does not tell where a text broke off or that a stream failed: read the body first.
/// What it declines may still be valid (`null` members, for example); [`Validator::decode`] judges
/// JSON text in full. Formats that drop repeated members or unpaired surrogates before serde sees
/// them hide those errors.
#[derive(Clone, Copy, Debug)]
pub struct RequestSeed<'p> {
    command: Command,
    policy: &'p Policy,
}

impl<'p> RequestSeed<'p> {
    /// A seed for one body of that command, under that policy.
    #[must_use]
    pub const fn new(command: Command, policy: &'p Policy) -> Self {
        Self { command, policy }
    }

    /// As [`DeserializeSeed::deserialize`], with memory that is used again.
    pub(super) fn deserialize_in<'de, D: Deserializer<'de>>(
        self,
        memory: &mut ItemMemory,
        reader: D,
    ) -> Result<CheckedRequest<'de>, D::Error> {
        let context = Context::new(self.policy, memory);
        let request = read(self.command, &context, reader);
        context.give_back();
        request.map_err(|_| declined()).map(|request| CheckedRequest::new(request, self.policy))
    }
}

impl<'de> DeserializeSeed<'de> for RequestSeed<'_> {
    type Value = CheckedRequest<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        self.deserialize_in(&mut ItemMemory::default(), reader)
    }
}

macro_rules! read_each {
    ($($Command:ident => $Variant:ident($Type:ident), $facts:tt;)+) => {
        /// The fast path: reads the body of a command.
        pub(super) fn read<'de, D: Deserializer<'de>>(
            command: Command,
            context: &Context<'_, 'de>,
            reader: D,
        ) -> Result<Request<'de>, D::Error> {
            match command {
                $(Command::$Command => {
                    let body = Reading::<Object<<$Type<'de> as Body<'de>>::Table>>::new(context);
                    body.deserialize(reader).map(Request::$Variant)
                })+
            }
        }
    };
}

for_each_command!(read_each);
