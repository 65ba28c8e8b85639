//! 繁簡轉換: the characters that a letter is written in. Our own words are traditional and names are
//! as they were recorded, so each text is converted whole, word by word and not only by character.
//! The words are OpenCC's (Apache-2.0), built into the program: no file, no locale, no clock.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::letter::Script;

/// 轉換器, for one script.
#[derive(Clone, Copy)]
pub struct Converter {
    script: Script,
    words: &'static OpenCC,
}

/// The words that are built in cannot be read: the program is broken, not the letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the words for {script:?} characters, built into this program, cannot be read: {why}")]
pub struct ScriptError {
    script: Script,
    why: String,
}

type Words = OnceLock<Result<OpenCC, String>>;

impl Converter {
    /// The converter into a script. Traditional characters are those that this house writes: 為,
    /// 裡, 啟, 群, and not the older 爲, 裏, 啓, 羣.
    ///
    /// # Errors
    /// [`ScriptError`].
    pub fn of(script: Script) -> Result<Self, ScriptError> {
        static SIMPLIFIED: Words = Words::new();
        static TRADITIONAL: Words = Words::new();
        let (words, config) = match script {
            Script::Simplified => (&SIMPLIFIED, BuiltinConfig::T2s),
            Script::Traditional => (&TRADITIONAL, BuiltinConfig::S2tw),
        };
        let read = || OpenCC::from_config(config).map_err(|error| error.to_string());
        match words.get_or_init(read) {
            Ok(words) => Ok(Self { script, words }),
            Err(why) => Err(ScriptError { script, why: why.clone() }),
        }
    }

    /// Into which script.
    #[must_use]
    pub const fn script(&self) -> Script {
        self.script
    }

    /// A text as it is printed: in this script, in one line, with the punctuation of Chinese.
    /// What is no text at all, such as a control character or one that turns the direction of
    /// writing, is left out.
    #[must_use]
    pub fn printed(&self, text: &str) -> String {
        punctuated(&self.words.convert(&in_one_line(text)))
    }
}

impl std::fmt::Debug for Converter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Converter").field("script", &self.script).finish_non_exhaustive()
    }
}

/// A line feed is a space; other control characters, the marks of direction and what XML 1.0
/// cannot hold are nothing.
fn in_one_line(text: &str) -> String {
    let kept = |c: char| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{feff}' | '\u{fff9}'..='\u{ffff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    };
    text.chars().filter_map(kept).collect()
}

/// 漢字.
#[must_use]
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// 標點: in a text of Chinese characters, brackets and stops are the full-width ones, unless they
/// stand between two letters or digits, as in `9:12`.
fn punctuated(text: &str) -> String {
    if !text.chars().any(is_han) {
        return text.to_owned();
    }
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/');
    let mut before = None;
    let mut characters = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = characters.next() {
        let after = characters.peek().copied();
        let inside = word(before) && (word(after) || after == Some(' '));
        out.push(match c {
            '(' => '（',
            ')' => '）',
            ',' if !inside => '，',
            ':' if !inside => '：',
            ';' if !inside => '；',
            '?' if !inside => '？',
            '!' if !inside => '！',
            c => c,
        });
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simplified(text: &str) -> String {
        Converter::of(Script::Simplified).unwrap().printed(text)
    }

    fn traditional(text: &str) -> String {
        Converter::of(Script::Traditional).unwrap().printed(text)
    }

    #[test]
    fn our_own_words_become_simplified() {
        for (ours, printed) in [
            ("通監發〔2008〕12號", "通监发〔2008〕12号"),
            ("如東縣栟茶鎮", "如东县栟茶镇"),
            ("啓東市、啟東市、启东市", "启东市、启东市、启东市"),
            ("裡裏里", "里里里"),
            ("發展、頭髮、发", "发展、头发、发"),
            ("乾燥、幹部、干涉", "干燥、干部、干涉"),
            ("徵收、特徵、象征", "征收、特征、象征"),
            ("複核、答覆、回復、重複、覆蓋", "复核、答复、回复、重复、覆盖"),
            ("時鐘、鍾愛", "时钟、钟爱"),
            ("監察局、監察委員會", "监察局、监察委员会"),
            ("五個不到位、預警糾錯、紅黃牌", "五个不到位、预警纠错、红黄牌"),
            ("註銷、關於、範圍、臺賬、台賬", "注销、关于、范围、台账、台账"),
        ] {
            assert_eq!(simplified(ours), printed);
        }
    }

    #[test]
    fn recorded_names_become_traditional_by_word() {
        for (recorded, printed) in [
            ("启东市", "啟東市"),
            ("如东县栟茶镇便民服务中心", "如東縣栟茶鎮便民服務中心"),
            ("发展和改革委员会", "發展和改革委員會"),
            ("理发店、头发", "理髮店、頭髮"),
            ("干部、干燥、干涉", "幹部、乾燥、干涉"),
            ("皇后、以后", "皇后、以後"),
            ("海门市三厂镇", "海門市三廠鎮"),
            ("答复、复核、重复", "答覆、複核、重複"),
        ] {
            assert_eq!(traditional(recorded), printed);
        }
    }

    #[test]
    fn our_own_words_stay_as_they_are_in_traditional() {
        for words in [
            "通監發〔2008〕12號",
            "各縣（市、區）監察局，市各有關單位：",
            "一、基本情況，二、時限執行，三、預警糾錯，四、五個不到位，五、投訴與評價",
            "六、收費，七、數據質量，八、排名，九、典型問題，十、整改要求",
            "該窗口無人在崗，至11時03分方有人返回。超過承諾時限辦理，責令整改",
            "草稿、附件、抄送、印發、主題詞、數據依據、規則版次、核驗",
            "為、裡、啟、群、眾、臺、內、說",
        ] {
            assert_eq!(traditional(words), words);
        }
    }

    #[test]
    fn converting_again_changes_nothing() {
        let text = "如東縣栟茶鎮:發現3起(含複查),見9:12,辦結率99.87%;啓東市";
        let once = simplified(text);
        assert_eq!(once, "如东县栟茶镇：发现3起（含复查），见9:12，办结率99.87%；启东市");
        assert_eq!(simplified(&once), once);
        assert_eq!(traditional(&traditional(text)), traditional(text));
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        assert_eq!(simplified("甲\u{0}乙\u{202e}丙\u{feff}\r\n丁"), "甲乙丙  丁");
        assert_eq!(simplified("tongjian bulletin verify FILE, a:b (c)"), {
            "tongjian bulletin verify FILE, a:b (c)"
        });
    }

    #[test]
    fn no_traditional_character_is_left_that_has_a_simplified_one() {
        // What stands in GB 2312 is simplified, by its nature; so nothing may be left to convert in
        // what comes out.
        let converter = Converter::of(Script::Simplified).unwrap();
        let left: Vec<(char, String)> = ('\u{4e00}'..='\u{9fff}')
            .map(|c| (c, converter.printed(&c.to_string())))
            .filter(|(_, once)| converter.printed(once) != *once)
            .collect();
        // One: 薴 is written 苧, which is also the traditional character of another, 苎.
        assert_eq!(left, [('薴', "苧".to_owned())]);
    }
}
