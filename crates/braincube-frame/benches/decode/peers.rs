//! The decoders that are compared: this crate, and alternatives that convert the same bytes to the same arrays.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StringDictionaryBuilder, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Schema, TimeUnit};
use braincube_frame::arrow_array::{Float64Array, StringArray};
use braincube_frame::{FrameDecoder, FrameOptions, Numbers};
use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Visitor};

/// A checksum of the arrays, to compare the decoders.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) present: usize,
    pub(crate) total: f64,
}

/// A decoder.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Whether it creates arrays, so that its sum is compared.
    pub(crate) converts: bool,
    pub(crate) run: fn(&Bytes) -> Vec<ArrayRef>,
}

/// The reference of the ratios.
pub(crate) const REFERENCE: &str = "simd-json to_tape alone, nothing converted";

/// All decoders. The first is this crate with one thread.
pub(crate) const PEERS: &[Peer] = &[
    Peer {
        name: "braincube-frame",
        converts: true,
        run: ours,
    },
    Peer {
        name: "braincube-frame, Numbers::Infer",
        converts: true,
        run: ours_inferring,
    },
    #[cfg(feature = "parallel")]
    Peer {
        name: "braincube-frame, parallel",
        converts: true,
        run: ours_parallel,
    },
    Peer {
        name: REFERENCE,
        converts: false,
        run: tape,
    },
    Peer {
        name: "simd-json typed",
        converts: true,
        run: simd_json_typed,
    },
    Peer {
        name: "sonic-rs typed",
        converts: true,
        run: sonic_typed,
    },
    Peer {
        name: "serde_json typed, borrowed",
        converts: true,
        run: serde_borrowed,
    },
    Peer {
        name: "serde_json typed, owned",
        converts: true,
        run: serde_owned,
    },
    Peer {
        name: "arrow-json and cast",
        converts: true,
        run: arrow_json,
    },
];

/// The checksum of the arrays.
pub(crate) fn sum(arrays: Vec<ArrayRef>) -> Sum {
    let mut sum = Sum::default();
    for array in arrays {
        sum.present += array.len() - array.null_count();
        let numbers = match array.data_type() {
            DataType::Int64 => cast(&array, &DataType::Float64).expect("integers become floats"),
            _ => array,
        };
        if let Some(numbers) = numbers.as_primitive_opt::<Float64Type>() {
            sum.total += arrow::compute::sum(numbers).unwrap_or_default();
        }
    }
    sum
}

/// The response in parts of the size that a connection returns.
pub(crate) fn parts(body: &Bytes) -> impl Iterator<Item = Bytes> {
    let starts = (0..body.len()).step_by(64 * 1024);
    starts.map(|start| body.slice(start..body.len().min(start + 64 * 1024)))
}

/// Pushes the response in parts, like the facade.
fn push(body: &Bytes, options: FrameOptions) -> Vec<ArrayRef> {
    let mut decoder = FrameDecoder::new(vec![], options);
    for part in parts(body) {
        decoder.push_bytes(&part).expect("the corpus decodes");
    }
    let frame = decoder.finish().expect("the corpus decodes");
    frame.into_batch().columns().to_vec()
}

fn ours(body: &Bytes) -> Vec<ArrayRef> {
    push(body, FrameOptions::default())
}

fn ours_inferring(body: &Bytes) -> Vec<ArrayRef> {
    push(body, FrameOptions::default().with_numbers(Numbers::Infer))
}

#[cfg(feature = "parallel")]
fn ours_parallel(body: &Bytes) -> Vec<ArrayRef> {
    push(body, shipped())
}

/// The options of the facade.
pub(crate) fn shipped() -> FrameOptions {
    let options = FrameOptions::default();
    #[cfg(feature = "parallel")]
    let options = options.with_parallel(true);
    options
}

fn tape(body: &Bytes) -> Vec<ArrayRef> {
    let mut body = body.to_vec();
    let tape = simd_json::to_tape(&mut body).expect("the corpus is JSON");
    std::hint::black_box(tape.0.len());
    Vec::new()
}

#[derive(serde::Deserialize)]
struct Response<T> {
    datadefs: Vec<Column<T>>,
}

#[derive(serde::Deserialize)]
struct Column<T> {
    #[serde(rename = "type")]
    declared: String,
    data: Vec<T>,
}

/// A text, borrowed from the body if it has no escape sequences.
struct Text<'a>(Cow<'a, str>);

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrow)
    }
}

fn convert<T: AsRef<str>>(response: Response<T>) -> Vec<ArrayRef> {
    let columns = response.datadefs.into_iter().map(|column| {
        let texts = column.data.iter().map(AsRef::as_ref);
        match column.declared.as_str() {
            "NUMERIC" => {
                let numbers = texts.map(|text| {
                    let number: f64 = fast_float2::parse(text).expect("a number");
                    (!number.is_nan()).then_some(number)
                });
                Arc::new(numbers.collect::<Float64Array>()) as ArrayRef
            }
            "DATETIME" => dates(&StringArray::from_iter_values(texts)),
            _ => {
                let mut labels = StringDictionaryBuilder::<Int32Type>::new();
                texts.for_each(|text| labels.append_value(text));
                Arc::new(labels.finish())
            }
        }
    });
    columns.collect()
}

/// Converts dates by the kernel of Arrow, after rewriting them in its format.
fn dates(texts: &StringArray) -> ArrayRef {
    let texts: StringArray = texts
        .iter()
        .map(|text| {
            text.map(|t| {
                format!(
                    "{}-{}-{}T{}:{}:{}",
                    &t[..4],
                    &t[4..6],
                    &t[6..8],
                    &t[9..11],
                    &t[11..13],
                    &t[13..]
                )
            })
        })
        .collect();
    cast(&texts, &DataType::Timestamp(TimeUnit::Millisecond, None)).expect("dates")
}

fn simd_json_typed(body: &Bytes) -> Vec<ArrayRef> {
    let mut body = body.to_vec();
    let response: Response<Text<'_>> =
        simd_json::from_slice(&mut body).expect("the corpus is JSON");
    convert(response)
}

fn sonic_typed(body: &Bytes) -> Vec<ArrayRef> {
    convert::<Text<'_>>(sonic_rs::from_slice(body).expect("the corpus is JSON"))
}

fn serde_borrowed(body: &Bytes) -> Vec<ArrayRef> {
    convert::<Text<'_>>(serde_json::from_slice(body).expect("the corpus is JSON"))
}

fn serde_owned(body: &Bytes) -> Vec<ArrayRef> {
    convert::<String>(serde_json::from_slice(body).expect("the corpus is JSON"))
}

fn arrow_json(body: &Bytes) -> Vec<ArrayRef> {
    let list = |name: &str, item: DataType| {
        let item = Field::new("item", item, true);
        Field::new(name, DataType::List(Arc::new(item)), true)
    };
    let column = vec![
        Field::new("type", DataType::Utf8, true),
        list("data", DataType::Utf8),
    ];
    let schema = Schema::new(vec![list("datadefs", DataType::Struct(column.into()))]);
    let mut decoder = arrow_json::ReaderBuilder::new(Arc::new(schema))
        .build_decoder()
        .expect("the schema can be read");
    decoder.decode(body).expect("the corpus is JSON");
    let batch = decoder.flush().expect("the corpus is JSON");
    let batch = batch.expect("the corpus has a row");
    let described: StructArray = batch
        .column(0)
        .as_list::<i32>()
        .values()
        .as_struct()
        .clone();
    let data: &ListArray = described.column(1).as_list();
    let declared = described.column(0).as_string::<i32>();
    let columns = (0..described.len()).map(|index| {
        let texts = data.value(index);
        match declared.value(index) {
            "NUMERIC" => {
                let numbers = cast(&texts, &DataType::Float64).expect("numbers");
                let numbers = numbers.as_primitive::<Float64Type>();
                let numbers = numbers.iter().map(|n| n.filter(|n| !n.is_nan()));
                Arc::new(numbers.collect::<Float64Array>()) as ArrayRef
            }
            "DATETIME" => dates(texts.as_string()),
            _ => {
                let key = Box::new(DataType::Int32);
                cast(&texts, &DataType::Dictionary(key, Box::new(DataType::Utf8))).expect("labels")
            }
        }
    });
    columns.collect()
}
