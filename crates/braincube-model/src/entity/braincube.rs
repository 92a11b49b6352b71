//! [`Braincube`]: a product that the user may open.

use serde_json::value::RawValue;

use super::Entity;
use super::sealed::Read;
use crate::json::object::bc_id;
use crate::json::{JsonError, Object};
use crate::{BcId, Metadata};

/// A product that the user may open: a braincube, mostly.
///
/// It goes by its name: that is its [`bcid`](Entity::bcid), and what addresses it.
#[derive(Clone, Debug, PartialEq)]
pub struct Braincube {
    name: BcId,
    product_id: Option<BcId>,
    product_type: Option<Box<str>>,
    metadata: Metadata,
}

impl Braincube {
    /// `product.productId`: the id of the product.
    pub const fn product_id(&self) -> Option<&BcId> {
        self.product_id.as_ref()
    }

    /// `product.type`: what kind of product it is.
    pub fn product_type(&self) -> Option<&str> {
        self.product_type.as_deref()
    }

    /// Whether the product is a braincube: its type holds that word, or it has no type.
    pub fn is_braincube(&self) -> bool {
        let word = |kind: &str| kind.to_ascii_lowercase().contains("braincube");
        self.product_type().is_none_or(word)
    }
}

impl Read for Braincube {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        object.require("product", |product| {
            let product = Object::parse(product)?;
            Ok(Self {
                name: product.require("name", name)?,
                product_id: product.read("productId", bc_id)?,
                product_type: product.text("type")?,
                metadata: object.metadata(),
            })
        })
    }
}

fn name(raw: &RawValue) -> Result<BcId, JsonError> {
    crate::json::object::text(raw)?;
    bc_id(raw)
}

impl Entity for Braincube {
    fn bcid(&self) -> &BcId {
        &self.name
    }

    fn name(&self) -> Option<&str> {
        Some(self.name.as_str())
    }

    /// The id of the product, which is a uuid by itself.
    fn uuid(&self) -> Option<&str> {
        self.product_id.as_ref().map(BcId::as_str)
    }

    /// The whole entry of the list, of which `product` is a part.
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}
