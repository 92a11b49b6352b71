//! Parses the text format of a [`Fault`].

use std::str::FromStr;
use std::time::Duration;

use super::list::Order;
use super::{Fault, Kind};
use crate::error::Error;

const UNKNOWN_KIND: &str =
    "not a kind of fault with a valid value, such as status=503, delay=50, cut=100 or html";

const UNKNOWN_LIMIT: &str = "not one of times=N, after=N, chance=P from 0 to 1 and seed=N";

impl FromStr for Fault {
    type Err = Error;

    /// Parses `KIND[=VALUE][@PATH][,times=N][,after=N][,chance=P][,seed=N]`, such as `status=503@/LF,times=2`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = |part: &str, what| Error::setting("fault", format!("{part:?} is {what}"));
        let mut parts = text.split(',');
        let what = parts.next().unwrap_or_default();
        let (what, path) = what.split_once('@').unwrap_or((what, ""));
        let (name, value) = what.split_once('=').unwrap_or((what, ""));
        let mut fault =
            Self::new(kind(name, value).ok_or_else(|| bad(what, UNKNOWN_KIND))?).on(path);
        for part in parts {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| bad(part, UNKNOWN_LIMIT))?;
            let known = match name {
                "times" => read(value).map(|times| fault.times = times),
                "after" => read(value).map(|after| fault.after = after),
                "seed" => read(value).map(|seed| fault.seed = seed),
                "chance" => read(value)
                    .filter(|chance| (0.0..=1.0).contains(chance))
                    .map(|chance| fault.chance = chance),
                _ => None,
            };
            known.ok_or_else(|| bad(part, UNKNOWN_LIMIT))?;
        }
        Ok(fault)
    }
}

fn kind(name: &str, value: &str) -> Option<Kind> {
    let milliseconds = || read(value).map(Duration::from_millis);
    match name {
        "status" => read(value)
            .filter(|status| (200..600).contains(status))
            .map(Kind::Status),
        "throttle" => Some(Kind::Throttle(value.into())),
        "delay" => milliseconds().map(Kind::Delay),
        "stall" => read(value).map(Kind::Stall),
        "drip" => milliseconds().map(Kind::Drip),
        "cut" => read(value).map(Kind::Cut),
        "silent-cut" => read(value).map(Kind::SilentCut),
        "reset" if value.is_empty() => Some(Kind::Reset(0)),
        "reset" => read(value).map(Kind::Reset),
        "length" => read(value).map(Kind::Length),
        "html" => Some(Kind::Html),
        "login" => Some(Kind::Login),
        "gzip-truncated" => Some(Kind::GzipTruncated),
        "gzip-bomb" => read(value).map(Kind::GzipBomb),
        "redirect" => Some(Kind::Redirect(value.into())),
        "end-sessions" => Some(Kind::EndSessions),
        "cap" => read(value).map(Kind::PageCap),
        "shift" => read(value).map(Kind::Shift),
        "same-page" => Some(Kind::SamePage),
        "whole-list" => Some(Kind::WholeList),
        "swap" => {
            let (first, second) = value.split_once(':')?;
            Some(Kind::Reorder(Order::Swap(read(first)?, read(second)?)))
        }
        "to-front" => read(value).map(|position| Kind::Reorder(Order::ToFront(position))),
        "shuffle" => read(value).map(|items| Kind::Reorder(Order::Shuffle(items, 0))),
        _ => None,
    }
}

fn read<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Fault;

    #[test]
    fn each_kind_has_a_text_format() {
        for (text, expected) in [
            ("status=503", Fault::status(503)),
            ("throttle=7", Fault::throttle("7")),
            ("delay=50", Fault::delay(Duration::from_millis(50))),
            ("stall=100", Fault::stall(100)),
            ("drip=1000", Fault::drip(Duration::from_secs(1))),
            ("cut=0", Fault::cut(0)),
            ("silent-cut=5", Fault::silent_cut(5)),
            ("reset", Fault::reset(0)),
            ("reset=9", Fault::reset(9)),
            ("length=-10", Fault::wrong_length(-10)),
            ("html", Fault::html()),
            ("login", Fault::login_page()),
            ("gzip-truncated", Fault::truncated_gzip()),
            ("gzip-bomb=64", Fault::gzip_bomb(64)),
            (
                "redirect=http://127.0.0.1:9/x",
                Fault::redirect("http://127.0.0.1:9/x"),
            ),
            ("end-sessions", Fault::end_sessions()),
            ("cap=10", Fault::page_cap(10)),
            ("shift=-1", Fault::shifting_lists(-1)),
            ("same-page", Fault::same_page()),
            ("whole-list", Fault::whole_list()),
            (
                "swap=50:160@/summary,after=1",
                Fault::swapped_items(50, 160).on("/summary").after(1),
            ),
            ("to-front=300", Fault::item_to_front(300)),
            ("shuffle=20", Fault::shuffled_ties(20)),
            (
                "status=503@/LF,times=2,after=3,chance=0.05,seed=7",
                Fault::status(503)
                    .on("/LF")
                    .times(2)
                    .after(3)
                    .chance(0.05, 7),
            ),
        ] {
            assert_eq!(text.parse::<Fault>().unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn invalid_faults_are_rejected() {
        for (text, part, reason) in [
            ("", "", "not a kind"),
            ("status", "status", "not a kind"),
            ("status=99", "status=99", "not a kind"),
            ("status=x,times=2", "status=x", "not a kind"),
            ("cut@/LF", "cut", "not a kind"),
            ("swap=50", "swap=50", "not a kind"),
            ("nothing", "nothing", "not a kind"),
            ("html,times", "times", "not one of"),
            ("html,times=x", "times=x", "not one of"),
            ("html,chance=2", "chance=2", "not one of"),
            ("html,often=2", "often=2", "not one of"),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            let expected = format!("`fault` cannot be used: {part:?} is {reason}");
            assert!(error.starts_with(&expected), "{text}: {error}");
        }
    }
}
