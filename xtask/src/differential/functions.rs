//! The functions that random templates call, with what they take and give.
//!
//! A line is a name, its arguments, and its result. Letters of arguments: `s` text, `S` a short literal text, `i` a
//! small literal integer, `n` a number, `b` a boolean, `l` a list, `d` a map, `a` anything, `t` a time, `v` a version,
//! `k` a key, and texts of a form: `j` JSON, `y` YAML, `m` TOML, `r` a regular expression, `f` a format, `p` a path,
//! `u` a URL, `z` base64, `c` a constraint, `w` a version, `o` a layout, `h` a duration, `g` a glob. A star repeats the
//! argument before it. A name with a dot is a method of what the letter before it gives: `t` a time, `v` a version, `D`
//! a duration, `F` files, `V` values, `K` the version of Kubernetes, `P` the API versions. A result `X` is random: only
//! its kind is asked. A result `x` has no order.

/// One function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its arguments.
    pub args: &'static str,
    /// Its result.
    pub result: u8,
}

/// All of them.
pub fn all() -> Vec<Function> {
    TABLE
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (name, args, result) = (words.next()?, words.next()?, words.next()?);
            Some(Function { name, args: args.trim_matches('.'), result: result.bytes().next()? })
        })
        .collect()
}

const TABLE: &str = "\
quote a* s
quote a s
squote a* s
toString a s
toYaml a s
toYaml a s
toYaml d s
toYamlPretty a s
mustToYaml a s
toJson a s
toJson d s
toRawJson a s
toPrettyJson a s
mustToJson a s
mustToPrettyJson a s
toToml d s
mustToToml d s
print a* s
println a* s
printf fa* s
printf fs s
html a* s
js a* s
urlquery a* s
upper s s
lower s s
title s s
untitle s s
trim s s
nospace s s
swapcase s s
snakecase s s
camelcase s s
kebabcase s s
initials s s
trimAll Ss s
trimSuffix Ss s
trimPrefix Ss s
replace SSs s
trunc is s
substr iis s
abbrev is s
abbrevboth iis s
repeat is s
wrap is s
wrapWith iSs s
cat a* s
indent is s
nindent is s
plural SSi s
join Sl s
join Sa s
splitList Ss l
split Ss d
splitn Sis d
sortAlpha l l
toStrings a l
contains Ss b
hasPrefix Ss b
hasSuffix Ss b
b64enc s s
b64dec z s
b32enc s s
b32dec z s
sha1sum s s
sha256sum s s
sha512sum s s
adler32sum s s
default aa a
default ss s
default ss s
empty a b
coalesce aa* a
all a* b
any a* b
ternary aab a
required Sa a
typeOf a s
kindOf a s
typeIs Sa b
kindIs Sa b
typeIsLike Sa b
deepEqual aa b
eq aa b
eq ss b
ne aa b
eq aaa* b
lt nn b
le nn b
gt nn b
ge nn b
lt aa b
and aa* a
or aa* a
not a b
len a i
len l i
index aa a
index dk a
index li a
list a* l
tuple a* l
append la l
prepend la l
push la l
first l a
last l a
rest l l
initial l l
reverse l l
uniq l l
compact l l
without la* l
has al b
mustHas al b
slice lii l
slice li l
concat l* l
chunk il l
until i l
untilStep iii l
seq i* s
dict ka d
dict kaka d
get dk a
set dka d
unset dk d
hasKey dk b
pluck kd* l
keys d x
values d x
pick dk* d
omit dk* d
merge dd* d
mustMerge dd* d
mergeOverwrite dd* d
mustMergeOverwrite dd* d
deepCopy a a
mustDeepCopy d d
dig kad a
dig kkad a
fromYaml y d
fromYamlArray y l
fromJson j d
fromJsonArray j l
mustFromJson j a
fromToml m d
int a i
int64 a n
float64 a n
atoi s i
toDecimal a n
add n* n
add1 n n
sub nn n
mul nn* n
div nn n
mod nn n
max nn* n
min nn* n
maxf nn* n
minf nn* n
ceil n n
floor n n
round ni n
addf n* n
add1f n n
subf nn* n
mulf nn* n
divf nn* n
semver w v
semverCompare cw b
regexMatch rs b
regexFind rs s
regexFindAll rsi l
regexReplaceAll rsS s
regexReplaceAllLiteral rsS s
regexSplit rsi l
regexQuoteMeta s s
mustRegexMatch rs b
mustRegexFind rs s
mustRegexReplaceAll rsS s
base p s
dir p s
clean p s
ext p s
isAbs p b
osBase p s
osDir p s
urlParse u d
urlJoin d s
toDate os t
mustToDate os t
date ot s
date oi s
dateInZone otS s
date_in_zone otS s
htmlDate t s
dateModify ht t
mustDateModify ht t
unixEpoch t s
duration a s
durationRound a s
mustToDuration h a
durationSeconds h n
durationHours h n
lookup SSSS d
fail S s
hello . s
tuple a* l
mustAppend la l
mustFirst l a
mustUniq l l
mustToDate os t
getHostByName S s
mustChunk il l
mustCompact l l
mustInitial l l
mustLast l a
mustPrepend la l
mustPush la l
mustRest l l
mustReverse l l
mustSlice lii l
mustWithout la* l
mustToRawJson a s
mustRegexFindAll rsi l
mustRegexReplaceAllLiteral rsS s
mustRegexSplit rsi l
osClean p s
osExt p s
osIsAbs p b
trimall Ss s
biggest nn* n
date_modify ht t
must_date_modify ht t
htmlDateInZone tS s
ago t X
now . X
durationDays h n
durationWeeks h n
durationMinutes h n
durationMilliseconds h n
durationMicroseconds h n
durationNanoseconds h n
durationRoundTo hh D
durationTruncateTo hh D
durationRoundTo Dh D
mustToDuration D D
call a* a
decryptAES SS s
buildCustomCert zz d
genPrivateKey S X
genCA Si X
genSignedCert Sllia X
shuffle S X
randAlpha i X
randAlphaNum i X
randAscii i X
randNumeric i X
randBytes i X
randInt ii X
uuidv4 . X
t.Year . n
t.Month . a
t.Day . n
t.YearDay . n
t.Weekday . a
t.Hour . n
t.Minute . n
t.Second . n
t.Nanosecond . n
t.Unix . n
t.UnixMilli . n
t.UnixMicro . n
t.UnixNano . n
t.Format o s
t.String . s
t.UTC . t
t.Local . t
t.Location . a
t.IsZero . b
t.After t b
t.Before t b
t.Equal t b
t.Compare t n
t.Add D t
t.AddDate iii t
t.Sub t D
t.Truncate D t
t.Round D t
D.Hours . n
D.Minutes . n
D.Seconds . n
D.Milliseconds . n
D.Microseconds . n
D.Nanoseconds . n
D.String . s
D.Abs . D
D.Round D D
D.Truncate D D
v.Major . n
v.Minor . n
v.Patch . n
v.Prerelease . s
v.Metadata . s
v.Original . s
v.String . s
v.IncPatch . v
v.IncMinor . v
v.IncMajor . v
v.SetPrerelease S v
v.SetMetadata S v
v.Compare v n
v.LessThan v b
v.GreaterThan v b
v.LessThanEqual v b
v.GreaterThanEqual v b
v.Equal v b
v.MarshalJSON . a
F.Get p s
F.GetBytes p a
F.Glob g F
F.Lines p l
F.AsConfig . s
F.AsSecrets . s
V.Table k a
V.PathValue k a
V.YAML . s
V.AsMap . d
V.Encode a s
K.String . s
K.GitVersion . s
P.Has S b
";

/// Arguments of every type.
pub const ANYTHING: &[&str] = &[
    "nil",
    "1",
    "-1",
    "1.5",
    "1e3",
    "'a'",
    "1i",
    "true",
    "\"x\"",
    "\"\"",
    "\"12\"",
    "(list)",
    "(list 1)",
    "(list \"a\" nil)",
    "(tuple 1 2)",
    "(until 2)",
    "(splitList \",\" \"a,b\")",
    "(dict)",
    "(dict \"a\" 1)",
    "(split \",\" \"a,b\")",
    "(urlParse \"http://x/y\")",
    "(fromToml \"a = 1979-05-27\\nb = 1\")",
    "(fromToml \"a = 07:32:00\").a",
    "(int64 3)",
    "(float64 3)",
    "(int 2)",
    "(semver \"1.2.3\")",
    "(semver \"1.2.3\").Major",
    "(toDate \"2006-01-02\" \"2024-02-29\")",
    "(toDate \"2006-01-02\" \"2024-02-29\").Month",
    "(mustToDuration \"1h\")",
    "($.Files.GetBytes \"conf/a.yaml\")",
    "($.Files.Lines \"lines.txt\")",
    "($.Files.Glob \"conf/*\")",
    "$",
    ".",
    "$.Files",
    "$.Values",
    "$.Values.missing",
    "($.Values.missing).deep",
    "$.Values.global",
    "$.Chart",
    "$.Chart.Name",
    "$.Chart.Dependencies",
    "$.Chart.Maintainers",
    "$.Chart.Annotations",
    "$.Chart.Keywords",
    "$.Release",
    "$.Template",
    "$.Subcharts",
    "$.Capabilities",
    "$.Capabilities.APIVersions",
    "$.Capabilities.KubeVersion",
    "$.Capabilities.HelmVersion",
    "(fromJson \"{\\\"a\\\": [1]}\")",
    "(fromYaml \"a: 1\")",
    "(deepCopy (list 1))",
    "(regexFindAll \"a\" \"aa\" -1)",
];

/// Literal texts by letter.
pub fn literals(letter: u8) -> &'static [&'static str] {
    match letter {
        b'S' => &[
            "\"\"",
            "\",\"",
            "\"-\"",
            "\"a\"",
            "\"x y\"",
            "\"\\n\"",
            "\"string\"",
            "\"map\"",
            "\"UTC\"",
            "\"$1\"",
            "`\"`",
            "\" \"",
            "\"América\"",
            "\"int64\"",
            "\"slice\"",
            "\"float64\"",
            "\"web\"",
        ],
        b'j' => &[
            "`{\"a\": [1, 2.5, null, \"x\"]}`",
            "`{\"a\": {\"b\": 1e3}}`",
            "`[1, {\"k\": true}]`",
            "`{`",
            "`{\"a\":1}x`",
            "\"\\ufeff{}\"",
            "`\"s\"`",
            "`12345678901234567890`",
            "``",
            "`{\"a\": \"\\u00e9\\ud83d\\ude00\"}`",
            "`[1,]`",
            "`{\"a\" 1}`",
            "`nul`",
            "`{\"a\": 01}`",
            "`[\"\\x\"]`",
        ],
        b'y' => &[
            "\"a: 1\\nb: [x, y]\"",
            "\"- 1\\n- a: b\"",
            "\"a: b: c\"",
            "\"x\"",
            "\"\"",
            "\"a: 0x1F\\nb: yes\\nc: ~\"",
            "\"a: &x 1\\nb: *x\"",
            "\"\\tx: 1\"",
            "\"a: |\\n  t\\n\"",
            "\"1: 2\\ntrue: 3\"",
            "\"a: !!binary aGk=\"",
            "\"[1, 2\"",
            "\"a: 1\\na: 2\"",
            "\"k: .inf\"",
        ],
        b'm' => &[
            "\"a = 1\\n[t]\\nb = 'x'\"",
            "\"a = 1.5\\nb = [1, 2]\"",
            "\"a =\"",
            "\"[[x]]\\nk = 1979-05-27T07:32:00Z\"",
            "\"\"",
            "\"a.b = true\\na.c = 0x1F\"",
            "\"a = 1\\na = 2\"",
            "\"x = {y = 'z'}\"",
        ],
        b'r' => &[
            "\"^a\"",
            "\"[a-z]+\"",
            "\"(\\\\d+)(\\\\w)?\"",
            "\"(?i)WEB\"",
            "\"[\"",
            "\"\"",
            "\"\\\\pL\"",
            "\"(a|b)*\"",
            "\"x*\"",
            "\"(?P<n>\\\\w)-\"",
            "\"[[:alpha:]]+\"",
            "\"\\\\bw\"",
            "\"^$\"",
            "\".\"",
            "\"(?s).*\"",
        ],
        b'f' => &[
            "\"%v\"",
            "\"%s\"",
            "\"%d\"",
            "\"%q\"",
            "\"%-10s|\"",
            "\"%05d\"",
            "\"%.2f\"",
            "\"%x\"",
            "\"%t\"",
            "\"%T\"",
            "\"%+v\"",
            "\"%#v\"",
            "\"%s-%s\"",
            "\"%[2]v %[1]v\"",
            "\"%%\"",
            "\"%!\"",
            "\"%e\"",
            "\"%g\"",
            "\"%c\"",
            "\"%U\"",
            "\"%8.3v\"",
            "\"%o\"",
            "\"%b\"",
            "\"% d\"",
            "\"%+d\"",
            "\"%#x\"",
            "\"%6.2f%%\"",
            "\"%*d\"",
            "\"x\"",
        ],
        b'p' => &["\"/a/b.txt\"", "\"a/../b\"", "\"\"", "\"/\"", "\"a//b/\"", "\"x.tar.gz\"", "\"./a\"", "\"..\""],
        b'u' => &[
            "\"http://u:p@host:80/p?q=1#f\"",
            "\"https://example.com\"",
            "\"/path\"",
            "\"mailto:a@b\"",
            "\"http://[::1]:8/\"",
            "\":bad\"",
            "\"http://a b\"",
            "\"\"",
            "\"%zz\"",
        ],
        b'z' => &["\"aGVsbG8=\"", "\"aGk\"", "\"!!\"", "\"\"", "\"NBUQ====\""],
        b'c' => &[
            "\">=1.0.0\"",
            "\"^1.2\"",
            "\"~1.2.3\"",
            "\"1.x\"",
            "\">=1.20-0\"",
            "\"1.0 - 2.0\"",
            "\"!=1.2.3\"",
            "\"bad\"",
            "\"\"",
            "\"*\"",
            "\">1 || <0.5\"",
            "\"=1.2.3-beta\"",
        ],
        b'w' => &[
            "\"1.2.3\"",
            "\"v1.20.1-gke.5+x\"",
            "\"1.2\"",
            "\"1\"",
            "\"x\"",
            "\"1.2.3-beta.1\"",
            "\"01.2.3\"",
            "\"1.2.3.4\"",
            "\"\"",
        ],
        b'o' => &[
            "\"2006-01-02\"",
            "\"15:04:05\"",
            "\"2006-01-02T15:04:05Z07:00\"",
            "\"Mon Jan _2 2006\"",
            "\"\"",
            "\"20060102150405\"",
            "\"Monday, 02-Jan-06 15:04:05 MST\"",
            "\".000\"",
            "\"x\"",
        ],
        b'h' => &["\"1h\"", "\"-1.5h\"", "\"90s\"", "\"1d\"", "\"\"", "\"100ms\"", "\"2h45m\""],
        b'k' => &[
            "\"a\"",
            "\"b\"",
            "\"name\"",
            "\"missing\"",
            "\"image\"",
            "\"tag\"",
            "\"labels\"",
            "\"\"",
            "\"x-y\"",
            "\"_0\"",
        ],
        b'i' => &["0", "1", "2", "3", "5", "10", "-1", "7", "80"],
        b'n' => &["0", "1", "2", "-3", "1.5", "0.1", "10", "1e3", "0x1F", "1_000", "'a'", "-0.5", "100"],
        b'g' => &[
            "\"conf/*\"",
            "\"**\"",
            "\"*.txt\"",
            "\"conf/{a,b}.yaml\"",
            "\"nope/*\"",
            "\"[\"",
            "\"conf/?.yaml\"",
            "\"{a\"",
            "\"**.yaml\"",
        ],
        b'b' => &["true", "false"],
        b't' => &[
            "(toDate \"2006-01-02\" \"2024-02-29\")",
            "(toDate \"2006-01-02T15:04:05Z07:00\" \"2023-12-31T23:59:59.5+02:00\")",
        ],
        b'D' => &["(mustToDuration \"1h\")", "(mustToDuration \"-90s\")", "(mustToDuration 1500000000)"],
        b'F' => &["$.Files", "($.Files.Glob \"conf/*\")", ".Files"],
        b'V' => &["$.Values", ".Values", "$.Values.nested"],
        b'K' => &["$.Capabilities.KubeVersion"],
        b'P' => &["$.Capabilities.APIVersions"],
        b'v' => &["(semver \"1.2.3\")", "(semver \"v1.20.1-gke.5+x\")"],
        b'd' => &[
            "(dict)",
            "(dict \"a\" 1 \"b\" (list 1 2))",
            "(dict \"name\" \"x\" \"labels\" (dict \"k\" \"v\"))",
            "(dict \"scheme\" \"http\" \"host\" \"h\" \"path\" \"p\")",
        ],
        b'l' => &[
            "(list)",
            "(list 1 2 3)",
            "(list \"b\" \"a\" \"b\")",
            "(list 1 \"x\" nil)",
            "(list (dict \"a\" 1) (dict \"a\" 2))",
            "(until 3)",
            "(list 1.5 \"\" true)",
        ],
        b's' => &[
            "\"web\"",
            "\"\"",
            "\"Hello World\"",
            "\"a,b,,c\"",
            "`raw \"text\"`",
            "\"line\\nnext\\n\"",
            "\"  x  \"",
            "\"ünï\"",
            "\"fooBarBaz\"",
            "\"a_b-c d\"",
            "\"12\"",
            "\"true\"",
            "\"k: v\"",
            "\"%\"",
            "\"\\u00a0x\\t\"",
        ],
        _ => &["nil", "1", "\"x\"", "true", "(list)", "(dict)", "1.5"],
    }
}
