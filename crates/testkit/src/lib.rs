//! The test house: fake platforms, the databases, the contract that every store keeps, and whatever else only tests
//! need.

pub mod contract;
pub mod engines;
pub mod fake;
pub mod people;
pub mod rebuilt;
