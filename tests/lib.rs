//! Harness for the suites beside this file.
