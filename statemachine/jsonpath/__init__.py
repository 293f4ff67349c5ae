"""The query language JSONPath: paths, payload templates, intrinsic functions, choice rules."""
