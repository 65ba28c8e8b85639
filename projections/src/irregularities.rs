//! irregularities
