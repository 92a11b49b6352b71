//! Running the steps of a filter over the columns of a memory base.

use std::ops::{Range, RangeBounds};

use crate::column::Column;
use crate::filter::{Step, Test};
use crate::memory_base::MemoryBase;

/// Rows are taken in blocks of this many, so that the masks of a deep filter stay small.
const BLOCK: usize = 4_096;

pub(super) fn rows(steps: &[Step], base: &MemoryBase) -> Vec<usize> {
    let mut kept = Vec::new();
    for start in (0..base.rows()).step_by(BLOCK) {
        let block = start..base.rows().min(start + BLOCK);
        let mask = run(steps, base, block.clone());
        kept.extend(
            block
                .zip(mask)
                .filter_map(|(row, passes)| passes.then_some(row)),
        );
    }
    kept
}

/// One mask, a flag for each row of the block.
fn run(steps: &[Step], base: &MemoryBase, block: Range<usize>) -> Vec<bool> {
    const OPERANDS_FIRST: &str = "the operands of a gate stand before it";
    let mut masks: Vec<Vec<bool>> = Vec::new();
    for step in steps {
        match step {
            Step::Compare { place, test } => {
                masks.push(compare(base.column(*place), test, block.clone()));
            }
            Step::Not => {
                let top = masks.last_mut().expect(OPERANDS_FIRST);
                top.iter_mut().for_each(|passes| *passes = !*passes);
            }
            Step::And | Step::Or => {
                let other = masks.pop().expect(OPERANDS_FIRST);
                let top = masks.last_mut().expect(OPERANDS_FIRST);
                let both = *step == Step::And;
                for (passes, other) in top.iter_mut().zip(other) {
                    *passes = if both {
                        *passes && other
                    } else {
                        *passes || other
                    };
                }
            }
        }
    }
    masks.pop().expect("a filter has at least one step")
}

fn compare(column: &Column, test: &Test, block: Range<usize>) -> Vec<bool> {
    match (column, test) {
        (Column::Ordered { .. }, Test::Within(low, high)) => {
            let range = (*low, *high);
            let keys = column.keys(block);
            keys.map(|key| range.contains(&key)).collect()
        }
        (Column::Ordered { .. }, Test::OneOf(wanted)) => {
            let keys = column.keys(block);
            keys.map(|key| wanted.contains(&key)).collect()
        }
        (Column::Discrete { codes, .. }, Test::Modality(wanted)) => {
            let one_of = |code: u32| wanted.contains(&code);
            codes[block]
                .iter()
                .map(|code| code.is_some_and(one_of))
                .collect()
        }
        _ => unreachable!("a test is compiled for the column that it is run on"),
    }
}
