//! Constants of a type, as text.

use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// What a function may return at once; `None` in a place is a bare `return`.
pub fn of_return(output: &ReturnType) -> Vec<String> {
    match output {
        ReturnType::Default => vec!["()".into()],
        ReturnType::Type(_, ty) => of(ty),
    }
}

fn of(ty: &Type) -> Vec<String> {
    let some = |values: &[&str]| values.iter().map(|v| v.to_string()).collect();
    match ty {
        Type::Tuple(tuple) if tuple.elems.is_empty() => some(&["()"]),
        Type::Tuple(tuple) => {
            let firsts = tuple.elems.iter().map(|ty| of(ty).into_iter().next());
            match firsts.collect::<Option<Vec<_>>>() {
                Some(firsts) => vec![format!("({},)", firsts.join(", "))],
                None => vec![],
            }
        }
        Type::Array(array) => of(&array.elem)
            .into_iter()
            .map(|v| format!("core::array::from_fn(|_| {v})"))
            .collect(),
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => some(&["\"\"", "\"xyzzy\""]),
            Type::Slice(_) if reference.mutability.is_none() => some(&["&[]"]),
            _ => vec![],
        },
        Type::Path(path) => {
            let last = path.path.segments.last().unwrap();
            let inner: Vec<&Type> = match &last.arguments {
                PathArguments::AngleBracketed(list) => {
                    let types = list.args.iter().filter_map(|a| match a {
                        GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    });
                    types.collect()
                }
                _ => vec![],
            };
            let name = last.ident.to_string();
            let within = |wrap: &str| -> Vec<String> {
                let values = inner.first().map_or_else(|| vec!["()".into()], |ty| of(ty));
                values.into_iter().map(|v| format!("{wrap}({v})")).collect()
            };
            match name.as_str() {
                "bool" => some(&["true", "false"]),
                "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => some(&["0", "1"]),
                "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => some(&["0", "1", "-1"]),
                "String" => some(&["alloc::string::String::new()", "\"xyzzy\".into()"]),
                "Vec" => {
                    let mut values = some(&["alloc::vec::Vec::new()"]);
                    let one = inner.first().map_or_else(Vec::new, |ty| of(ty));
                    values.extend(one.into_iter().map(|v| format!("alloc::vec![{v}]")));
                    values
                }
                "Option" => [vec!["None".to_string()], within("Some")].concat(),
                "Result" | "Cbor" => within("Ok"),
                "Cow" | "Box" | "Arc" | "Rc" => vec![],
                _ => some(&["Default::default()"]),
            }
        }
        _ => vec![],
    }
}
