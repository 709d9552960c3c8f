//! From the text of a UserSig to its JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Decompress, FlushDecompress, Status};

use super::Illegal;

/// The maximum length of the text, in bytes.
const TEXT_MAX_BYTES: usize = 16 << 10;
/// The maximum length of the JSON, in bytes: what a UserSig has without `TLS.userbuf` is 300 bytes.
const JSON_MAX_BYTES: usize = 16 << 10;

/// The JSON of a UserSig.
pub fn json(text: &str) -> Result<Vec<u8>, Illegal> {
    if text.len() > TEXT_MAX_BYTES {
        return Err(Illegal::Length);
    }
    // The characters of the usual alphabet that this one replaces are not characters of it.
    let usual = text.bytes().map(|byte| match byte {
        b'*' => Ok(b'+'),
        b'-' => Ok(b'/'),
        b'_' => Ok(b'='),
        b'+' | b'/' | b'=' => Err(Illegal::Base64),
        other => Ok(other),
    });
    let usual = usual.collect::<Result<Vec<_>, _>>()?;
    inflate(&STANDARD.decode(usual).map_err(|_| Illegal::Base64)?)
}

/// Exactly one zlib stream, with nothing after it.
fn inflate(compressed: &[u8]) -> Result<Vec<u8>, Illegal> {
    let mut json = vec![0; JSON_MAX_BYTES];
    let mut stream = Decompress::new(true);
    let ended = stream.decompress(compressed, &mut json, FlushDecompress::Finish);
    let count = |total: u64| usize::try_from(total).unwrap_or(usize::MAX);
    let (read, written) = (count(stream.total_in()), count(stream.total_out()));
    match ended {
        Ok(Status::StreamEnd) if read == compressed.len() => {
            json.truncate(written);
            Ok(json)
        }
        Ok(Status::Ok | Status::BufError) if written == JSON_MAX_BYTES => Err(Illegal::Length),
        Ok(_) | Err(_) => Err(Illegal::Zlib),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn text(json: &[u8], after: &[u8]) -> String {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(json).unwrap();
        let mut bytes = encoder.finish().unwrap();
        bytes.extend_from_slice(after);
        STANDARD.encode(bytes).replace('+', "*").replace('/', "-").replace('=', "_")
    }

    #[test]
    fn one_stream_and_nothing_else_is_read() {
        for length in [0, 1, 1023, 1024, 1025, 5000, JSON_MAX_BYTES] {
            let json_of = vec![b'x'; length];
            assert_eq!(json(&text(&json_of, b"")), Ok(json_of));
        }
        assert_eq!(json(&text(b"{}", b"x")), Err(Illegal::Zlib));
        assert_eq!(json(""), Err(Illegal::Zlib));
        for wrong in ["+", "a/==", "a", "a b=", "é", "AA=", "AB__"] {
            assert_eq!(json(wrong), Err(Illegal::Base64), "{wrong}");
        }
        let whole = text(br#"{"TLS.ver":"2.0"}"#, b"");
        for end in (4..whole.len()).step_by(4) {
            assert_eq!(json(&whole[..end]), Err(Illegal::Zlib), "{end}");
        }
    }

    #[test]
    fn decompression_is_bounded() {
        assert_eq!(json(&text(&vec![0; JSON_MAX_BYTES + 1], b"")), Err(Illegal::Length));
        // A thousand times longer than its text.
        let bomb = text(&vec![0; 10 << 20], b"");
        assert!(bomb.len() < TEXT_MAX_BYTES, "{}", bomb.len());
        assert_eq!(json(&bomb), Err(Illegal::Length));
        assert_eq!(json(&"A".repeat(TEXT_MAX_BYTES + 4)), Err(Illegal::Length));
    }
}
