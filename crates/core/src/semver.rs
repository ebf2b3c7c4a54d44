//! stub
/// v
pub struct Version(String);
impl Version {
    /// m
    pub fn major(&self) -> u64 {0}
    /// m
    pub fn minor(&self) -> u64 {0}
    /// p
    pub fn parse(s: &str) -> Result<Version, String> { Ok(Version(s.into())) }
}
/// c
pub struct Constraint;
impl Constraint {
    /// p
    pub fn parse(_: &str) -> Result<Constraint, String> { Ok(Constraint) }
    /// c
    pub fn check(&self, _: &Version) -> bool { true }
}

impl std::fmt::Display for Version { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) } }
