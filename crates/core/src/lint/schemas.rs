//! Rules of the user's own that are JSON Schemas.

use super::object::{Object, Pod, Role};
use crate::budget::{Budget, Exhausted};
use crate::kube::pods::pod_spec;
use crate::kube::tree::Node;
use crate::values::schema::DataSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::ops::Range;

/// What of an object a schema is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SchemaTarget {
    /// All of it.
    #[default]
    Object,
    /// The spec of its pods.
    PodSpec,
    /// Each of their containers.
    Container,
    /// Each but those that come first.
    MainContainer,
}

/// A schema for a part of objects.
#[derive(Debug)]
pub struct ObjectSchema {
    schema: DataSchema,
    target: SchemaTarget,
    text: String,
}

impl ObjectSchema {
    /// A schema for a part of objects.
    ///
    /// # Errors
    ///
    /// What is no schema.
    pub fn new(schema: &Json, target: SchemaTarget) -> Result<ObjectSchema, String> {
        Ok(ObjectSchema { schema: DataSchema::new(schema)?, target, text: format!("{target:?} {schema}") })
    }

    /// What makes it what it is, as a text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The places of what it does not accept: JSON pointers and bytes.
    pub(super) fn refuses(
        &self,
        object: &Object<'_>,
        budget: &Budget,
    ) -> Result<Vec<(String, Range<usize>)>, Exhausted> {
        let mut refused = Vec::new();
        for part in self.parts(object) {
            budget.spend(part.range().len() as u64)?;
            if !self.schema.accepts(&part.to_json(), budget)? {
                refused.push((part.pointer(), part.range()));
            }
        }
        Ok(refused)
    }

    fn parts<'t>(&self, object: &'t Object<'t>) -> Vec<Node<'t>> {
        let pod = pod_spec(object.node).map(|spec| Pod { object, spec });
        let containers = |roles: &[Role]| {
            let all = pod.iter().flat_map(Pod::containers);
            all.filter(|(node, role)| node.is_map() && roles.contains(role)).map(|(node, _)| node).collect()
        };
        match self.target {
            SchemaTarget::Object => vec![object.node],
            SchemaTarget::PodSpec => pod.iter().map(|pod| pod.spec).collect(),
            SchemaTarget::Container => containers(&[Role::Main, Role::Init]),
            SchemaTarget::MainContainer => containers(&[Role::Main]),
        }
    }
}
