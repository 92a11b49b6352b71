//! What [`Columns`] does with each piece that the splitter finds.

use super::Columns;
use super::job::Begun;
#[cfg(feature = "parallel")]
use super::outline::Outline;
use crate::array::make_decoder;
use crate::error::Error;
use crate::splitter::{Chunk, RawColumn, Sink};

impl Sink for Columns {
    fn begin(&mut self, head: &[u8]) -> bool {
        let declared = self.reader.declared(head);
        #[cfg(feature = "parallel")]
        if let Some(outline) = &mut self.outline {
            let is_declared = declared.is_some();
            if let Some(declared) = declared {
                outline.begin(declared);
            }
            return is_declared;
        }
        self.begun = declared.map(|declared| {
            let known = self.rows.map_or(0, |(_, rows)| rows);
            let options = &self.options;
            Begun::new(make_decoder(Some(&declared), options, known, &self.tables))
        });
        self.begun.is_some()
    }

    fn chunk(&mut self, chunk: Chunk<'_>) -> Result<(), Error> {
        #[cfg(feature = "parallel")]
        if let Some(outline) = &mut self.outline {
            outline.chunk(&chunk);
            return Ok(());
        }
        #[cfg(feature = "parallel")]
        if let Some(pipeline) = &mut self.pipeline
            && pipeline.is_worth(chunk.offset)
        {
            if let Some(begun) = self.begun.take() {
                pipeline.begin(begun);
            }
            pipeline.chunk(chunk);
            return self.collect();
        }
        let begun = self.begun.get_or_insert_default();
        begun.read(&mut self.reader, chunk.padded(), chunk.offset, false)
    }

    fn column(&mut self, mut column: RawColumn<'_>) -> Result<(), Error> {
        #[cfg(feature = "parallel")]
        if let Some(has_begun) = self.outline.as_ref().map(Outline::is_open) {
            let job = self.job(&mut column, has_begun)?;
            if let Some(outline) = &mut self.outline {
                *column.bytes = outline.column(job);
            }
            return Ok(());
        }
        let begun = self.begun.take();
        #[cfg(feature = "parallel")]
        if let Some(pipeline) = &self.pipeline
            && pipeline.is_worth(column.offset + column.taken + column.len as u64)
        {
            let has_begun = begun.is_some() || pipeline.is_open();
            let job = self.job(&mut column, has_begun)?;
            if let Some(pipeline) = &mut self.pipeline {
                if let Some(begun) = begun {
                    pipeline.begin(begun);
                }
                *column.bytes = pipeline.column(job);
            }
            return self.collect();
        }
        let mut job = self.job(&mut column, begun.is_some())?;
        let decoded = job.run(begun.unwrap_or_default(), &mut self.reader);
        *column.bytes = std::mem::take(&mut job.bytes);
        self.keep(job, decoded?)
    }
}
