//! [`Braincube`] and [`MemoryBase`].

use serde_json::value::RawValue;

use super::Entity;
use super::sealed::{Common, FromJson};
use crate::json::{JsonError, Object, bc_id, reference, text};
use crate::{BcId, BcIdRangeError, LongId};

/// A product that the user may open, usually a braincube.
///
/// A braincube is identified by its name, which is also its [`bcid`](Entity::bcid). Its [`metadata`](Entity::metadata) is
/// the whole entry of the list, of which `product` is a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Braincube {
    pub(super) common: Common,
    product_id: Option<BcId>,
    product_type: Option<Box<str>>,
}

impl Braincube {
    /// `product.productId`: the id of the product.
    pub const fn product_id(&self) -> Option<&BcId> {
        self.product_id.as_ref()
    }

    /// `product.type`: the type of the product.
    pub fn product_type(&self) -> Option<&str> {
        self.product_type.as_deref()
    }

    /// Whether the product is a braincube: its type contains that word, or it has no type.
    pub fn is_braincube(&self) -> bool {
        let word = |kind: &str| kind.to_ascii_lowercase().contains("braincube");
        self.product_type().is_none_or(word)
    }
}

impl FromJson for Braincube {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        object.require("product", |product| {
            let product = Object::parse(product)?;
            let name = |raw| text(raw).and_then(|_| bc_id(raw));
            let bcid = product.require("name", name)?;
            let product_id = product.read("productId", bc_id)?;
            Ok(Self {
                common: Common {
                    name: Some(bcid.as_str().into()),
                    bcid,
                    uuid: product_id.as_ref().map(|id| id.as_str().into()),
                    metadata: object.metadata(),
                },
                product_id,
                product_type: product.text("type")?,
            })
        })
    }
}

impl Entity for Braincube {}

/// A table whose columns are variables.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryBase {
    pub(super) common: Common,
    reference_date_variable: Option<BcId>,
    quick_study: bool,
    number_of_variables: Option<u64>,
}

impl MemoryBase {
    /// `referenceDateVariable`: the id of the variable with the date of each row.
    pub const fn reference_date_variable(&self) -> Option<&BcId> {
        self.reference_date_variable.as_ref()
    }

    /// `quickStudy`: whether the memory base is a temporary one of the service. Braincube's own tools hide it from users.
    pub const fn is_quick_study(&self) -> bool {
        self.quick_study
    }

    /// `numberOfVariables`: the number of columns. Only the older list contains it.
    pub const fn number_of_variables(&self) -> Option<u64> {
        self.number_of_variables
    }

    /// The long id, which is the name in the data service: `mb20`.
    ///
    /// # Errors
    ///
    /// If the id is not a number.
    pub fn long_id(&self) -> Result<LongId, BcIdRangeError> {
        Ok(LongId::memory_base(self.common.bcid.number()?))
    }
}

impl FromJson for MemoryBase {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        // A count that is not a whole number counts as missing.
        let count = |raw: &RawValue| Ok(raw.get().trim_matches('"').parse().ok());
        // The value is an id, or the object of the variable.
        let variable = |raw: &_| match RawValue::get(raw).starts_with('{') {
            true => reference(raw),
            false => bc_id(raw),
        };
        Ok(Self {
            common: Common::read(&object)?,
            reference_date_variable: object.read("referenceDateVariable", variable)?,
            number_of_variables: object.read("numberOfVariables", count)?.flatten(),
            quick_study: object.boolean("quickStudy")?.unwrap_or_default(),
        })
    }
}

impl Entity for MemoryBase {}
