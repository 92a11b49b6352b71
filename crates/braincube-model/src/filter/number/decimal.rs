//! Whether two decimal numbers are the same, digit for digit.

/// Whether two JSON numbers stand for the same value, however it is written: `1e2` is `100.00`.
pub(super) fn are_equal(left: &str, right: &str) -> bool {
    Decimal::of(left) == Decimal::of(right)
}

/// `0.<digits>` times ten to the power; the digits neither begin nor end with a zero.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    digits: String,
    power: i64,
}

impl Decimal {
    fn of(number: &str) -> Self {
        let (is_negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number),
        };
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0');
        let leading = digits.len() - significant.len();
        // An exponent beyond 64 bits is that of no float: all that counts is that it is large.
        let exponent = exponent.parse().unwrap_or(match exponent.starts_with('-') {
            true => i64::MIN,
            false => i64::MAX,
        });
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        let leading = i64::try_from(leading).unwrap_or(i64::MAX);
        let power = point.saturating_sub(leading).saturating_add(exponent);
        Self {
            is_negative,
            // Nothing but zeros is zero, whatever the power.
            power: if significant.is_empty() { 0 } else { power },
            digits: significant.trim_end_matches('0').to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::are_equal;

    #[test]
    fn one_value_has_many_forms() {
        for (left, right) in [
            ("100", "1e2"),
            ("0.5", "500.0E-3"),
            ("0e99999999999999999999", "0.00"),
            ("-12.30", "-1.23e+1"),
        ] {
            assert!(are_equal(left, right), "{left} {right}");
        }
    }

    #[test]
    fn other_values_differ() {
        for (left, right) in [
            ("1", "-1"),
            ("1", "10"),
            ("0.1", "0.10000000000000001"),
            ("1e-400", "0.0"),
            ("1e-99999999999999999999", "0.0"),
        ] {
            assert!(!are_equal(left, right), "{left} {right}");
        }
    }
}
