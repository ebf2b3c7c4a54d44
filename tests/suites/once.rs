//! That the count of findings told twice counts them.

use chartlens::diag::{Cause, Diagnostic, ObjectRef, Place, Severity};
use chartlens_tests::once::repeated;
use std::sync::Arc;

#[test]
fn what_is_told_twice_is_noticed() {
    let place = Place::of_file("a");
    let cause = Some(Cause { template: Some(place), ..Cause::default() });
    let found = Diagnostic { message: "m".to_owned(), cause, severity: Severity::Error, ..Diagnostic::default() };
    let other = Diagnostic { message: "other".to_owned(), ..found.clone() };
    assert_eq!(repeated(&[found.clone(), other.clone()]).len(), 0);
    assert_eq!(repeated(&[found.clone(), found.clone()]).len(), 1);
    let (object, pointer) = (Some(Arc::new(ObjectRef::default())), Some("/spec".to_owned()));
    let of = |found: Diagnostic| Diagnostic { object: object.clone(), pointer: pointer.clone(), ..found };
    assert_eq!(repeated(&[of(found.clone()), of(other.clone())]).len(), 0);
    let follows = Diagnostic { code: "api/x".into(), ..other };
    assert_eq!(repeated(&[of(found), of(follows)]).len(), 1);
}
