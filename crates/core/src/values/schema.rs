//! Checking values against values.schema.json.
