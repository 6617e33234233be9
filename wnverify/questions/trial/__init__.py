"""Trial: a typed claim is attacked."""
