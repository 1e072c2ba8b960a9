//! Finds what can be mutated.

use crate::render::Edit;
use crate::values;
use std::collections::BTreeSet;
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Block, Expr, Pat, Signature, UnOp};

/// What was found in a file.
pub struct Found<'a> {
    text: &'a str,
    file: &'a str,
    skip: &'a BTreeSet<String>,
    number: &'a mut u32,
    function: Vec<String>,
    pub edits: Vec<Edit>,
    pub listed: Vec<String>,
}

impl<'a> Found<'a> {
    pub fn new(
        text: &'a str,
        file: &'a str,
        skip: &'a BTreeSet<String>,
        number: &'a mut u32,
    ) -> Self {
        Self {
            text,
            file,
            skip,
            number,
            function: vec![],
            edits: vec![],
            listed: vec![],
        }
    }

    /// The number of a new mutant, unless it is to be left out.
    fn add(&mut self, at: usize, what: &str) -> Option<u32> {
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = at - before.rfind('\n').map_or(0, |n| n + 1) + 1;
        let description = format!(
            "{}:{line}:{column}\t{}\t{what}",
            self.file,
            self.function.join("::")
        );
        if self.skip.contains(&description) {
            return None;
        }
        *self.number += 1;
        self.listed.push(format!("{}\t{description}", self.number));
        Some(*self.number)
    }

    fn body(&mut self, sig: &Signature, block: &Block) {
        if block.stmts.is_empty() {
            return;
        }
        let at = block.brace_token.span.open().byte_range().end;
        for value in values::of_return(&sig.output) {
            if self.text[block.span().byte_range()].trim_matches(['{', '}', ' ', '\n']) == value {
                continue;
            }
            if let Some(number) = self.add(
                sig.ident.span().byte_range().start,
                &format!("returns {value}"),
            ) {
                self.edits.push(Edit::Insert(
                    at,
                    format!(" if crate::mutant::m({number}) {{ return {value}; }} "),
                ));
            }
        }
    }

    fn choice(
        &mut self,
        whole: Range<usize>,
        left: Option<Range<usize>>,
        operator: Range<usize>,
        right: Range<usize>,
        ways: &[&str],
    ) {
        let old = self.text[operator.clone()].to_string();
        let mut numbered = vec![];
        for way in ways {
            let what = if way.is_empty() {
                format!("without {old}")
            } else {
                format!("{old} is {way}")
            };
            if let Some(number) = self.add(operator.start, &what) {
                numbered.push((number, way.to_string()));
            }
        }
        if !numbered.is_empty() {
            self.edits.push(Edit::Choice {
                whole,
                left,
                operator,
                right,
                ways: numbered,
            });
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("test")
            || a.path().is_ident("cfg")
                && a.meta
                    .require_list()
                    .is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

fn others(op: &BinOp) -> &'static [&'static str] {
    match op {
        BinOp::Eq(_) => &["!="],
        BinOp::Ne(_) => &["=="],
        BinOp::And(_) => &["||"],
        BinOp::Or(_) => &["&&"],
        BinOp::Lt(_) => &["==", ">", "<="],
        BinOp::Gt(_) => &["==", "<", ">="],
        BinOp::Le(_) => &[">"],
        BinOp::Ge(_) => &["<"],
        BinOp::Add(_) => &["-", "*"],
        BinOp::Sub(_) => &["+", "/"],
        BinOp::Mul(_) => &["+", "/"],
        BinOp::Div(_) => &["%", "*"],
        BinOp::Rem(_) => &["/", "+"],
        BinOp::Shl(_) => &[">>"],
        BinOp::Shr(_) => &["<<"],
        BinOp::BitAnd(_) => &["|", "^"],
        BinOp::BitOr(_) => &["&", "^"],
        BinOp::BitXor(_) => &["|", "&"],
        BinOp::AddAssign(_) => &["-=", "*="],
        BinOp::SubAssign(_) => &["+=", "/="],
        BinOp::MulAssign(_) => &["+=", "/="],
        BinOp::DivAssign(_) => &["%=", "*="],
        BinOp::RemAssign(_) => &["/=", "+="],
        BinOp::ShlAssign(_) => &[">>="],
        BinOp::ShrAssign(_) => &["<<="],
        BinOp::BitAndAssign(_) => &["|=", "^="],
        BinOp::BitOrAssign(_) => &["&=", "^="],
        BinOp::BitXorAssign(_) => &["|=", "&="],
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if is_test(&item.attrs) || item.sig.constness.is_some() {
            return;
        }
        self.function.push(item.sig.ident.to_string());
        self.body(&item.sig, &item.block);
        visit::visit_block(self, &item.block);
        self.function.pop();
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.function
            .push(self.text[item.self_ty.span().byte_range()].to_string());
        for item in &item.items {
            if let syn::ImplItem::Fn(item) = item
                && item.sig.constness.is_none()
                && !is_test(&item.attrs)
            {
                self.function.push(item.sig.ident.to_string());
                self.body(&item.sig, &item.block);
                visit::visit_block(self, &item.block);
                self.function.pop();
            }
        }
        self.function.pop();
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function.push(item.sig.ident.to_string());
            self.body(&item.sig, block);
            visit::visit_block(self, block);
            self.function.pop();
        }
    }

    // Where nothing can be looked up while it runs.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast Pat) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if !has_let(&binary.left) && !has_let(&binary.right) {
            let place = |of: proc_macro2::Span| of.byte_range();
            let (left, right) = (place(binary.left.span()), place(binary.right.span()));
            let operator = place(binary.op.span());
            self.choice(
                left.start..right.end,
                Some(left),
                operator,
                right,
                others(&binary.op),
            );
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        let is_number = matches!(&*unary.expr, Expr::Lit(_));
        if matches!(unary.op, UnOp::Not(_) | UnOp::Neg(_)) && !is_number {
            let (operator, right) = (unary.op.span().byte_range(), unary.expr.span().byte_range());
            self.choice(operator.start..right.end, None, operator, right, &[""]);
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_match(&mut self, matched: &'ast syn::ExprMatch) {
        let is_wild = |arm: &syn::Arm| arm.guard.is_none() && matches!(arm.pat, Pat::Wild(_));
        let ends = matched.arms.iter().any(is_wild);
        for arm in &matched.arms {
            let pattern = arm.pat.span().byte_range();
            let gone = if ends && !is_wild(arm) {
                self.add(pattern.start, "without this arm")
            } else {
                None
            };
            let here = gone.map(|number| format!("!crate::mutant::m({number})"));
            match &arm.guard {
                Some((_, guard)) if !has_let(guard) => {
                    let place = guard.span().byte_range();
                    let always = self.add(place.start, "the guard holds");
                    let never = self.add(place.start, "the guard does not hold");
                    let mut before = here.map_or_else(String::new, |here| format!("{here} && "));
                    if let Some(never) = never {
                        before += &format!("!crate::mutant::m({never}) && ");
                    }
                    let always =
                        always.map_or_else(String::new, |n| format!("crate::mutant::m({n}) || "));
                    self.edits
                        .push(Edit::Insert(place.start, format!("{before}({always}(")));
                    self.edits.push(Edit::Insert(place.end, "))".into()));
                }
                Some(_) => {}
                None => {
                    if let Some(here) = here {
                        self.edits
                            .push(Edit::Insert(pattern.end, format!(" if {here}")));
                    }
                }
            }
        }
        visit::visit_expr_match(self, matched);
    }
}
